package main

import (
	"go/ast"
	"go/types"
)

// Where nothing after the loop is at work in the world that the release changes, a later pass may be: it makes a
// thing of the kind itself.  It matters only if it goes by a name that comes of what an earlier pass has computed
// with the resource and left in a variable.

// computedForLaterPasses: what is released must not be named by a later pass.  released are the variables that the
// deferred call has to do with, and class is what it does.
func (v *verdict) computedForLaterPasses(released map[*types.Var]bool, class effect) {
	left := make(map[*types.Var]bool)
	v.eachDerived(released, func(at ast.Node) {
		v.eachLeft(at, released, func(x *types.Var) { left[x] = true })
	})
	if len(left) == 0 {
		return
	}
	v.followInLoop(left)
	ast.Inspect(v.loop, func(n ast.Node) bool {
		if n == ast.Node(v.s) {
			return false
		}
		if call, ok := n.(*ast.CallExpr); ok && v.goesBy(call, left, class) {
			v.doubt(escapesIteration, "what was computed in an earlier iteration names something here, and may name what is released", nodeWitness(call), "used here")
		}
		return true
	})
}

// eachLeft visits the variables from outside of the place in which a node leaves what is derived.
func (v *verdict) eachLeft(at ast.Node, derived map[*types.Var]bool, visit func(*types.Var)) {
	note := func(e ast.Expr) {
		if x := v.rootVar(partOf(e)); x != nil && !v.mine(x) && !derived[x] {
			visit(x)
		}
	}
	switch n := at.(type) {
	case *ast.AssignStmt:
		for _, l := range n.Lhs {
			note(l)
		}
	case *ast.IncDecStmt:
		note(n.X)
	case *ast.RangeStmt:
		for _, e := range []ast.Expr{n.Key, n.Value} {
			if e != nil {
				note(e)
			}
		}
	case *ast.SendStmt:
		note(n.Chan)
	case *ast.CallExpr:
		for _, e := range v.u.operandExprs(n) {
			if v.h.refs(v.typeOf(e)) {
				note(e)
			}
		}
	}
}

// followInLoop adds the variables that get, anywhere in the loop, anything of what others have.
func (v *verdict) followInLoop(derived map[*types.Var]bool) {
	for changed := true; changed; {
		changed = false
		add := func(e ast.Expr) {
			x := v.rootVar(partOf(e))
			if x != nil && !derived[x] && v.local(x) && v.within(x, v.loop) && !isError(x.Type()) {
				derived[x], changed = true, true
			}
		}
		ast.Inspect(v.loop, func(n ast.Node) bool {
			for _, d := range gets(n) {
				if v.usesMore(d.value, derived) {
					add(d.left)
				}
			}
			if call, ok := n.(*ast.CallExpr); ok && v.usesMore(call, derived) {
				for _, e := range v.u.operandExprs(call) {
					if v.h.refs(v.typeOf(e)) {
						add(e) // it may be put there
					}
				}
			}
			return true
		})
	}
}

// usesMore reports whether an expression uses more of some variables than how much there is in them.
func (v *verdict) usesMore(e ast.Expr, derived map[*types.Var]bool) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if name := v.u.builtin(n); name == "len" || name == "cap" {
				return false
			}
		case *ast.Ident:
			found = found || v.uses(n, derived)
		case *ast.BinaryExpr:
			if !v.uses(n, derived) {
				return false // compared
			}
		}
		return !found
	})
	return found
}

// goesBy reports whether a call does something of a class by what has something of some variables, bytes apart: these are
// what is written or sent.
func (v *verdict) goesBy(call *ast.CallExpr, derived map[*types.Var]bool, class effect) bool {
	given := false
	for _, arg := range v.u.operandExprs(call) {
		given = given || !isBytes(v.typeOf(arg)) && v.usesMore(arg, derived)
	}
	if !given {
		return false
	}
	c := newCollector(v.body, v.sums)
	c.call(call)
	return c.has(class|anything) != nil
}
