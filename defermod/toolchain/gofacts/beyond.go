package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A parameter is one object, however deep.  What the function makes of one part of what it leads to and stores
// into another, as a method of struct{ file; registry } does, goes from the one to the other.  What it stores into
// the parameter itself, into a map or a slice of its own included, leads nowhere new.

// A storing is an assignment or a send whose place is more than the parameter itself.
type storing struct{ base, value ast.Expr }

// storesBeyond reports whether the function stores something that leads to a parameter into what another
// pointer, interface or channel leads to that may be had from it.
func (b *body) storesBeyond(p obj) bool {
	if b.storings == nil {
		b.storings = b.findStorings()
	}
	for _, s := range b.storings {
		if b.hasParam(b.g.pts[b.eval(s.base)], p) && b.hasParam(b.g.reach(b.g.pts[b.eval(s.value)]), p) {
			return true
		}
	}
	return false
}

func (b *body) findStorings() []storing {
	list := []storing{}
	note := func(base, value ast.Expr) {
		if base != nil && value != nil && b.tracked(value) && !b.isParameter(base) {
			list = append(list, storing{base, value})
		}
	}
	ast.Inspect(b.decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if len(n.Lhs) == len(n.Rhs) && n.Tok != token.DEFINE {
				for i, l := range n.Lhs {
					note(b.baseOf(l), n.Rhs[i])
				}
			}
		case *ast.SendStmt:
			note(n.Chan, n.Value)
		}
		return true
	})
	return list
}

// baseOf is what leads to the memory that a place lies in: x of x.f if x is a pointer, of *x and of x.m[i]; nil for variables.
func (b *body) baseOf(place ast.Expr) ast.Expr {
	for {
		switch e := ast.Unparen(place).(type) {
		case *ast.SelectorExpr:
			t := b.typeOf(e.X)
			if t == nil {
				return nil
			}
			if _, ok := coreType(t).(*types.Struct); !ok {
				return e.X
			}
			place = e.X
		case *ast.IndexExpr:
			switch t := b.typeOf(e.X); coreType(t).(type) {
			case *types.Map, *types.Slice:
				if owner := b.baseOf(e.X); owner != nil {
					return owner // it is taken to be its owner's
				}
				return e.X
			case *types.Array:
				place = e.X
			default:
				return e.X
			}
		case *ast.StarExpr:
			return e.X
		default:
			return nil
		}
	}
}

// isParameter reports whether an expression is a variable that the function was given.
func (b *body) isParameter(e ast.Expr) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return false
	}
	for _, p := range b.params {
		if p >= 0 && b.g.objs[p].v == b.u.info.ObjectOf(id) {
			return true
		}
	}
	return false
}
