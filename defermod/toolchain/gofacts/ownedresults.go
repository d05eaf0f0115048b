package main

import (
	"go/ast"
	"go/types"
)

// By the convention of ownership whoever gets something that can be closed from the method
// of an interface, and passes it on as a result, passes on that it is to be closed.

// ownedResults notes the results that, whenever they are not nil, are what a call of the
// method of an interface has given, and that nobody else got.
func (b *body) ownedResults(e *effects) {
	decl := b.decl.(*ast.FuncDecl)
	for i := range b.results {
		if i < b.sigResults.Len() && hasMethod(b.sigResults.At(i).Type(), "Close") && b.passesOn(decl, i) {
			e.owned[i] = true
		}
	}
}

// passesOn reports whether all returns of a function give such a thing as result i, or nil.
func (b *body) passesOn(decl *ast.FuncDecl, i int) bool {
	var made bitset
	passes := true
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		ret, ok := n.(*ast.ReturnStmt)
		if !ok || !passes {
			return passes
		}
		switch {
		case len(ret.Results) == b.sigResults.Len():
			passes = b.ownedValue(decl, ret.Results[i], 0, &made)
		case len(ret.Results) == 1:
			passes = b.ownedValue(decl, ret.Results[0], i, &made)
		default:
			passes = b.ownedVar(decl, b.sigResults.At(i), &made)
		}
		return passes
	})
	return passes && !made.empty() && !intersects(made, b.g.reach(b.outsideButMemory()))
}

// ownedValue reports whether a value is nil, or result i of a call that gives such things,
// and adds it.
func (b *body) ownedValue(decl *ast.FuncDecl, x ast.Expr, i int, made *bitset) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		if b.u.info.Types[x].IsNil() {
			return true
		}
		v, ok := b.u.info.ObjectOf(x).(*types.Var)
		return ok && b.local(v) && b.ownedVar(decl, v, made)
	case *ast.CallExpr:
		o, ok := b.ownedOf(x, i)
		if ok {
			made.add(int(o))
		}
		return ok
	}
	return false
}

// ownedVar reports whether all that is ever assigned to a variable are such values.
func (b *body) ownedVar(decl *ast.FuncDecl, v *types.Var, made *bitset) bool {
	if v.Pos() < decl.Body.Pos() && (decl.Type.Results == nil || v.Pos() < decl.Type.Results.Pos()) || b.cells[v] != 0 {
		return false // a parameter, or one that others can assign to
	}
	owned, some := true, false
	is := func(e ast.Expr) bool {
		id, ok := e.(*ast.Ident)
		return ok && b.u.info.ObjectOf(id) == v
	}
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		if r, ok := n.(*ast.RangeStmt); ok && (is(r.Key) || is(r.Value)) {
			owned = false
		}
		for _, d := range definitions(n) {
			if !is(d.left) || !owned {
				continue
			}
			some = true
			if id, ok := ast.Unparen(d.value).(*ast.Ident); ok && !b.u.info.Types[id].IsNil() {
				owned = false // one step is enough
			} else {
				owned = b.ownedValue(decl, d.value, d.result, made)
			}
		}
		return owned
	})
	return owned && some
}

// ownedOf is result i of a call of the method of an interface whose body is not in sight,
// or of a function that passes on such a result.
func (b *body) ownedOf(call *ast.CallExpr, i int) (obj, bool) {
	in := b.invokes[call]
	if in == nil || i >= len(in.made) {
		return 0, false
	}
	if isInterfaceMethod(in.fn) {
		return in.made[i], !b.allInSight(in)
	}
	e := b.sums.effectsOf(in.fn)
	return in.made[i], e != nil && e.owned[i]
}

// allInSight reports whether all methods are known that the call of an interface's may come to.
func (b *body) allInSight(in *invoke) bool {
	_, all := b.methods(in, true)
	return all
}
