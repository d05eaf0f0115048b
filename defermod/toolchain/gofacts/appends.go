package main

import (
	"go/ast"
	"go/types"
)

// Slices that may share an array with others.

// mayShare reports whether elements that append writes may lie in an array that others
// have: the slice is a part of a longer one, or not of this function's making.
func (b *body) mayShare(e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.SliceExpr:
		return b.partOfLonger(x)
	case *ast.CompositeLit, *ast.BasicLit:
		return false
	case *ast.CallExpr: // an append inside speaks for itself
		return b.u.builtin(x) == "" && !b.u.info.Types[x.Fun].IsType()
	case *ast.Ident:
		v, ok := b.u.info.ObjectOf(x).(*types.Var)
		if !ok {
			return false // nil
		}
		if !b.local(v) {
			return true
		}
		for _, p := range b.params {
			if p >= 0 && b.g.objs[p].v == v {
				return true
			}
		}
		return b.cut()[v]
	}
	return true
}

// extends notes an append to what lies in the place that its result is assigned to.
func (b *body) extends(place, value ast.Expr) {
	call, ok := ast.Unparen(value).(*ast.CallExpr)
	if !ok || b.u.builtin(call) != "append" || !b.isSame(place, call.Args[0]) {
		return
	}
	if b.inPlace == nil {
		b.inPlace = make(map[*ast.CallExpr]bool)
	}
	b.inPlace[call] = true
}

// isSame reports whether two expressions are one field of what is one variable, or one field of that.
func (b *body) isSame(x, y ast.Expr) bool {
	one, ok := ast.Unparen(x).(*ast.SelectorExpr)
	other, ok2 := ast.Unparen(y).(*ast.SelectorExpr)
	if !ok || !ok2 || b.u.info.ObjectOf(one.Sel) != b.u.info.ObjectOf(other.Sel) {
		return false
	}
	v := b.namedVar(one.X)
	return v != nil && v == b.namedVar(other.X) || b.isSame(one.X, other.X)
}

// cut are the local slices that are ever assigned a part of a longer one.
func (b *body) cut() map[*types.Var]bool {
	if b.slices != nil {
		return b.slices
	}
	b.slices = make(map[*types.Var]bool)
	ast.Inspect(b.decl, func(n ast.Node) bool {
		for _, d := range definitions(n) {
			if id, ok := ast.Unparen(d.left).(*ast.Ident); ok && b.partOfLonger(d.value) {
				if v, ok := b.u.info.ObjectOf(id).(*types.Var); ok {
					b.slices[v] = true
				}
			}
		}
		return true
	})
	return b.slices
}

// partOfLonger reports whether a slice may share its array with a longer one.
func (b *body) partOfLonger(e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.SliceExpr:
		return x.High != nil
	case *ast.CallExpr:
		if b.u.builtin(x) == "append" {
			return b.partOfLonger(x.Args[0])
		}
	}
	return false
}
