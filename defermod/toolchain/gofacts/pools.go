package main

import (
	"go/ast"
	"go/types"
)

// A sync.Pool: "Get selects an arbitrary item from the Pool, removes it from the Pool, and returns
// it to the caller.  Callers should not assume any relation between values passed to Put and the
// values returned by Get."  So what was taken out is the function's alone until it gives it back.
// That it gives it back earlier is noticed by nobody who does not assume, say, that what Get gives
// is empty though nobody has emptied it: poolIndifferent.  What it has given back is everybody's.

const (
	takesOut  = "(*sync.Pool).Get"
	givesBack = "(*sync.Pool).Put"
)

// A giving is a deferred call that may give something back to a pool.
type giving struct {
	by  *ast.DeferStmt
	has obj // what it gives back
}

// givenBack is the object for what a call in the current statement gives back to pools: that of
// the defer around it, as what a deferred call gives away is no escape where that very call is
// judged; 0 if there is none.
func (b *body) givenBack() obj {
	if b.deferring == nil || !b.g.judging {
		return 0
	}
	for _, g := range b.returns {
		if g.by == b.deferring {
			return g.has
		}
	}
	g := &giving{b.deferring, b.g.newObject()}
	b.g.point(b.g.objs[g.has].in, g.has)
	b.returns = append(b.returns, g)
	return g.has
}

// held are some objects and all that the function has made and stored in them: whoever gets one of
// them next has that, too.  What the function was given is not written to by way of them.
func (b *body) held(set bitset) bitset {
	var all bitset
	all.union(b.g.leads(set).without(b.fromOutside()))
	all.union(set)
	return all
}

// poolShares reports whether the function by which the pool makes something that a call takes from, or one of the package that it
// calls, mentions a variable that others have: then what Get gives may lead to that.
func (u *unit) poolShares(at ast.Node) bool {
	if u.shares == nil {
		u.shares = u.sharingPools()
	}
	call, ok := at.(*ast.CallExpr)
	if !ok || len(u.shares) == 0 {
		return len(u.shares) > 0
	}
	sel, ok := u.callee(call).(*ast.SelectorExpr)
	return !ok || u.shares[nil] || u.shares[u.variableOf(sel.X)]
}

// variableOf is the variable or field that an expression names, nil for others.
func (u *unit) variableOf(e ast.Expr) *types.Var {
	if unary, ok := ast.Unparen(e).(*ast.UnaryExpr); ok {
		e = unary.X
	}
	var v *types.Var
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, _ = u.info.ObjectOf(e).(*types.Var)
	case *ast.SelectorExpr:
		v, _ = u.info.ObjectOf(e.Sel).(*types.Var)
	}
	return v
}

// sharingPools are the variables and fields of the package that have such a pool; nil among them if one lies elsewhere.
func (u *unit) sharingPools() map[*types.Var]bool {
	shares := make(map[*types.Var]bool)
	owner := make(map[ast.Expr]*types.Var) // of what is written into a variable or a field
	value := func(place *types.Var, e ast.Expr) {
		if unary, ok := ast.Unparen(e).(*ast.UnaryExpr); ok {
			e = unary.X
		}
		owner[ast.Unparen(e)] = place
	}
	for _, f := range u.files {
		ast.Inspect(f, func(n ast.Node) bool {
			for _, d := range definitions(n) {
				value(u.variableOf(d.left), d.value)
				if sel, ok := ast.Unparen(d.left).(*ast.SelectorExpr); ok && isPoolNew(u.variableOf(sel)) && u.mentionsOthers(d.value, 0) {
					shares[u.variableOf(sel.X)] = true
				}
			}
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			for _, elt := range lit.Elts {
				if pair, ok := elt.(*ast.KeyValueExpr); ok {
					field, _ := u.named(pair.Key).(*types.Var)
					value(field, pair.Value)
					if isPoolNew(field) && u.mentionsOthers(pair.Value, 0) {
						shares[owner[lit]] = true
					}
				}
			}
			return true
		})
	}
	return shares
}

// isPoolNew reports whether a variable is the field of sync.Pool that makes what there is none of.
func isPoolNew(v *types.Var) bool {
	return v != nil && v.IsField() && v.Name() == "New" && v.Pkg() != nil && v.Pkg().Path() == "sync"
}

// mentionsOthers reports whether a function mentions a variable of a package, or of the function around it, that is no number, text or
// function and not io.Discard.
func (u *unit) mentionsOthers(fun ast.Expr, depth int) bool {
	var body ast.Node = fun
	if fn := u.static(fun); fn != nil {
		decl := u.declOf(fn)
		if decl == nil || depth > 3 {
			return false
		}
		body = decl.Body
	}
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			x, ok := u.info.Uses[n].(*types.Var)
			if !ok || x.IsField() || body.Pos() <= x.Pos() && x.Pos() < body.End() {
				break
			}
			switch coreType(x.Type()).(type) {
			case *types.Basic, *types.Signature:
			default:
				found = found || x.Pkg() == nil || x.Pkg().Path() != "io"
			}
		case *ast.CallExpr:
			found = found || u.static(u.callee(n)) != nil && u.mentionsOthers(u.callee(n), depth+1)
		}
		return !found
	})
	return found
}
