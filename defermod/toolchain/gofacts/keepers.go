package main

import (
	"go/ast"
	"go/types"
	"slices"
)

// A function value that a function is given is not known to it, but those are that the package itself gives it.

// givenToKeeper finds the call of a function value, which the function was given, that gets what ends with the iteration, where the
// package calls the function with one whose body keeps it.
func (v *verdict) givenToKeeper() *ast.CallExpr {
	ended := v.ended()
	var found *ast.CallExpr
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || found != nil || v.dynamics[call] == nil {
				return found == nil
			}
			d := v.dynamics[call]
			for k, arg := range d.args {
				if !intersects(v.g.reach(v.g.pts[arg]), ended) {
					continue
				}
				for i, p := range v.params {
					if p >= 0 && v.g.pts[d.fn].has(int(p)) && v.u.givenKeeper(v.sums, v.declared(), i, k) {
						found = call
					}
				}
			}
			return found == nil
		})
	}
	return found
}

// givenKeeper reports whether the package calls a function with an operand, a function itself, whose body keeps its argument k.
func (u *unit) givenKeeper(sums *summaries, fn *types.Func, operand, k int) bool {
	if fn == nil {
		return false
	}
	if fn.Type().(*types.Signature).Recv() != nil {
		operand--
	}
	found := false
	for _, f := range u.files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || found {
				return !found
			}
			if callee := u.static(u.callee(call)); callee != nil && callee.Origin() == fn && 0 <= operand && operand < len(call.Args) {
				found = u.keepsArgument(sums, call.Args[operand], k)
			}
			return !found
		})
	}
	return found
}

// keepsArgument reports whether the body of a function, a literal or one by name, is seen to keep its argument k.
func (u *unit) keepsArgument(sums *summaries, function ast.Expr, k int) bool {
	function = ast.Unparen(function)
	if lit, ok := function.(*ast.FuncLit); ok {
		params := u.info.TypeOf(lit).(*types.Signature).Params()
		return k < params.Len() && u.keepsIn(sums, lit.Body, params.At(k))
	}
	fn := u.static(function)
	if fn == nil {
		return false
	}
	if sel, ok := function.(*ast.SelectorExpr); ok && u.isMethodCall(sel) {
		k++ // x.M has its receiver
	}
	return sums.keepsOperand(fn, k)
}

// keepsOperand reports whether something that an operand leads to is elsewhere when a call is over, other than in a result.
func (s *summaries) keepsOperand(fn *types.Func, operand int) bool {
	sum := s.lookup(funcName(fn))
	return sum != nil && slices.ContainsFunc(sum.edges, func(e edge) bool {
		kept := e.to.kind == toHeap || e.to.kind == toPool || e.to.kind == toUnknown || (e.to.kind == toParam || e.to.kind == toItself) && e.to.index != operand
		return e.from == end{toParam, operand} && kept
	})
}

// keepsIn reports whether a body puts a variable anywhere but into calls that keep it no longer than they take.
func (u *unit) keepsIn(sums *summaries, body ast.Node, x *types.Var) bool {
	brief := make(map[*ast.Ident]bool)
	started := make(map[*ast.CallExpr]bool)
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			started[n.Call] = true
		case *ast.SelectorExpr:
			if id, ok := ast.Unparen(n.X).(*ast.Ident); ok {
				brief[id] = u.isMethodCall(n)
			}
		case *ast.CallExpr:
			fn := u.static(u.callee(n))
			for i, arg := range n.Args {
				if fn != nil && u.isMethodCall(u.callee(n)) {
					i++
				}
				if id, ok := ast.Unparen(arg).(*ast.Ident); ok && u.builtin(n) == "" && !started[n] {
					brief[id] = fn == nil || !sums.keepsOperand(fn, i)
				}
			}
		}
		return true
	})
	kept := false
	ast.Inspect(body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && u.info.Uses[id] == x && !brief[id] {
			kept = true
		}
		return !kept
	})
	return kept
}
