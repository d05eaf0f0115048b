package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Deferred literals that set a variable before they read it, as in err = f.Close() with a test of err: by the liveness of
// the variable where the literal begins.

// mayRead reports whether something that is evaluated reads what a variable holds, or may later.
func mayRead(info *types.Info, n ast.Node, v *types.Var) bool {
	if !mentions(info, n, v) {
		return false
	}
	s, ok := n.(*ast.DeferStmt)
	return !ok || !setsFirst(info, s, v)
}

// setsFirst reports whether a deferred call is that of a literal which sets a variable before it reads it, and of which
// nothing is left that reads it later: it takes no address and has no literals that mention the variable.
func setsFirst(info *types.Info, s *ast.DeferStmt, v *types.Var) bool {
	lit, ok := ast.Unparen(s.Call.Fun).(*ast.FuncLit)
	if !ok || !addressedByOperator(v.Type()) {
		return false
	}
	for _, arg := range s.Call.Args {
		if mentions(info, arg, v) {
			return false
		}
	}
	simple := true
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			simple = simple && !mentions(info, n, v)
		case *ast.UnaryExpr:
			simple = simple && !(n.Op == token.AND && mentions(info, n.X, v))
		}
		return simple
	})
	if !simple {
		return false
	}
	flow := newCFG(lit.Body)
	return !flow.live(info, v, flow.start)
}

// addressedByOperator reports whether the address of a variable of a type is taken by nothing but &: neither by a call
// of a method nor by slicing.
func addressedByOperator(t types.Type) bool {
	_, basic := types.Unalias(t).(*types.Basic)
	return basic || types.IsInterface(t) && !isTypeParam(t)
}

// ownWhenRun reports whether all literals that mention a variable are those of deferred calls which set it first, the
// one at hand as well: that has then nothing of what others have set.
func (v *verdict) ownWhenRun(x *types.Var) bool {
	if !v.declaredIn(x, v.fn) || !setsFirst(v.u.info, v.s, x) {
		return false
	}
	own := true
	setters := make(map[*ast.FuncLit]bool)
	ast.Inspect(bodyOf(v.fn), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.DeferStmt:
			if setsFirst(v.u.info, n, x) {
				setters[ast.Unparen(n.Call.Fun).(*ast.FuncLit)] = true
			}
		case *ast.FuncLit:
			own = own && (setters[n] || !mentions(v.u.info, n, x))
		case *ast.UnaryExpr:
			own = own && !(n.Op == token.AND && mentions(v.u.info, n.X, x))
		}
		return own
	})
	return own
}
