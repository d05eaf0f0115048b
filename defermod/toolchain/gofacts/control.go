package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// Panics, ends and waits: what a call does to the course of things, run earlier.

// control: a call that recovers, ends the function, waits or wakes others.
func (v *verdict) control() {
	if lit, ok := ast.Unparen(v.s.Call.Fun).(*ast.FuncLit); ok {
		if at := ownRecover(v.u, lit.Body); at != nil {
			v.forbid(recoversPanic, "a recovered panic used to leave the function; now the loop would go on", nodeWitness(at), "recovers")
		}
	} else if fn := v.u.static(v.u.callee(v.s.Call)); fn != nil {
		names := []string{funcName(fn)}
		if in := v.invokes[v.s.Call]; in != nil && in.abstract() {
			list, _ := v.methods(in, isWhole(v.u.operandExprs(v.s.Call)))
			for _, m := range list {
				names = append(names, m.name)
			}
		}
		for _, name := range names {
			if r := v.sums.recovers(name); r != nil && *r {
				v.forbid(recoversPanic, fmt.Sprintf("%s recovers a panic, and the loop would go on", v.called()), nodeWitness(v.s.Call), "recovers")
				break
			}
		}
	} else if v.mayRecover(v.s.Call) {
		v.forbid(recoversPanic, fmt.Sprintf("%s may recover a panic, and the loop would go on", v.called()), nodeWitness(v.s.Call), "may recover")
	}
	if v.u.builtin(v.s.Call) == "recover" {
		v.forbid(recoversPanic, "a recovered panic used to leave the function; now the loop would go on", nodeWitness(v.s.Call), "recovers")
	}
	if v.u.builtin(v.s.Call) == "panic" {
		v.doubt(endsEarly, "the deferred call panics, now before later iterations", nodeWitness(v.s.Call), "panics")
	}
	if v.does.does[fails] != nil {
		v.assumes[testFailure] = true
	}
	if at := v.laterEffects().does[asksTest]; at != nil && v.does.has(fails|marksTest) != nil {
		v.doubt(heldForLater, v.subject()+" may fail the test, and later code asks whether it has failed", at, "asked here")
	}
	if w := v.does.has(leaves | quits); w != nil {
		v.doubt(endsEarly, "the deferred call may end the function, now before later iterations", w, "may end it")
	}
	if w := v.does.does[panics]; w != nil && (w.callee == "" || !v.u.standardName(w.callee)) {
		v.doubt(endsEarly, v.subject()+" may panic, now before later iterations", w, "panics")
	}
	if at := v.mayBeNil(); at != nil {
		note := "declared without a value"
		if _, ok := at.(*ast.CallExpr); ok {
			note = "gives nil, too"
		}
		v.doubt(endsEarly, v.called()+" may be nil, and would panic before later iterations", nodeWitness(at), note)
	}
	if v.indexes() {
		v.assumes[releaseReturns] = true
	}
	v.waitingServer()
	if w := v.does.does[signals]; w != nil {
		v.doubt(waitsOrSignals, v.subject()+" waits for or wakes other goroutines, which now happens earlier", w, "waits or signals")
	}
	if w := v.does.does[starts]; w != nil {
		v.doubt(unknownRelease, "the deferred call leaves something running", w, "started here")
	}
}

// recoversInPlace: a closure around the list takes away what a recover in it recovers.
func (v *verdict) recoversInPlace() {
	for _, stmt := range v.list {
		if at := ownRecover(v.u, stmt); at != nil {
			v.forbid(bodyRecovers, "recover works only in the deferred function itself, not in a closure in it", nodeWitness(at), "recovers")
		}
	}
}

// mayBeNil is the declaration of the called function value, if that gives it none and a
// way leads from there to the defer without an assignment; or the call that gives it nil.
func (v *verdict) mayBeNil() ast.Node {
	id, ok := ast.Unparen(v.s.Call.Fun).(*ast.Ident)
	if !ok {
		return nil
	}
	x, ok := v.u.info.ObjectOf(id).(*types.Var)
	if !ok || !v.local(x) {
		return nil
	}
	writes := func(n cfgNode) ast.Expr {
		for _, w := range n.writes {
			if id, ok := w.(*ast.Ident); ok && v.u.info.ObjectOf(id) == x {
				return w
			}
		}
		return nil
	}
	if at := v.givenNil(x); at != nil {
		return at
	}
	deferred := v.deferNode()
	for _, n := range v.flow.nodes {
		at := writes(n)
		if at == nil || len(n.reads) > 0 || at.Pos() != x.Pos() || !n.declares {
			continue
		}
		comes := false
		v.flow.search(n.succ, func(i int, next cfgNode) []int {
			if writes(next) != nil {
				return nil
			}
			comes = comes || i == deferred
			return next.succ
		})
		if comes {
			return at
		}
	}
	return nil
}

// givenNil is the call that gives a function value which nothing compares with nil, if its body has nil for it beside no error.
func (v *verdict) givenNil(x *types.Var) ast.Node {
	compared := !v.eachMention(x, func(_ *ast.Ident, around []ast.Node) bool {
		op, ok := around[len(around)-1].(*ast.BinaryExpr)
		return !ok || op.Op != token.EQL && op.Op != token.NEQ
	})
	if compared {
		return nil
	}
	for _, d := range v.definitionsOf(x) {
		call, ok := ast.Unparen(d.value).(*ast.CallExpr)
		if !ok {
			continue
		}
		if fn := v.u.static(v.u.callee(call)); fn != nil && v.givesNil(fn, d.result) {
			return call
		}
	}
	return nil
}

// givesNil reports whether a function of the package returns nil as one of its results, and no error.
func (v *verdict) givesNil(fn *types.Func, result int) bool {
	decl := v.u.declOf(fn)
	if decl == nil || decl.Body == nil {
		return false
	}
	sig := fn.Type().(*types.Signature)
	found := false
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			if result >= len(n.Results) || !isNil(v.u, n.Results[result]) {
				break
			}
			fails := false
			for i, e := range n.Results {
				fails = fails || isError(sig.Results().At(i).Type()) && !isNil(v.u, e)
			}
			found = found || !fails
		}
		return !found
	})
	return found
}

// deferNode is the node of the flow graph that the defer is; -1 if control comes to none.
func (v *verdict) deferNode() int {
	return slices.IndexFunc(v.flow.nodes, func(n cfgNode) bool { return slices.Contains(n.reads, ast.Node(v.s)) })
}

// indexes reports whether the deferred literal itself has an expression that panics for
// some values: an element, a type assertion, a division.
func (v *verdict) indexes() bool {
	lit, ok := ast.Unparen(v.s.Call.Fun).(*ast.FuncLit)
	if !ok {
		return false
	}
	found := false
	var checked ast.Expr // the assertion of v, ok := x.(T)
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if len(n.Lhs) == 2 && len(n.Rhs) == 1 {
				checked = ast.Unparen(n.Rhs[0])
			}
		case *ast.IndexExpr:
			_, isMap := coreType(v.typeOf(n.X)).(*types.Map)
			found = found || !isMap && v.u.info.Types[n.X].IsValue()
		case *ast.SliceExpr:
			found = true
		case *ast.TypeAssertExpr:
			found = found || n.Type != nil && ast.Expr(n) != checked
		case *ast.BinaryExpr:
			found = found || (n.Op == token.QUO || n.Op == token.REM) && v.u.info.Types[n.Y].Value == nil
		}
		return !found
	})
	return found
}

// ownRecover finds a call of recover that stands directly in a function.
func ownRecover(u *unit, root ast.Node) ast.Node {
	var found ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if call, ok := n.(*ast.CallExpr); ok && u.builtin(call) == "recover" {
			found = call
		}
		return found == nil
	})
	return found
}

// mayRecover reports whether a called function value may be a literal, or a
// function, that recovers.
func (v *verdict) mayRecover(call *ast.CallExpr) bool {
	found := false
	v.g.pts[v.eval(call.Fun)].each(func(i int) {
		o := &v.g.objs[i]
		if o.lit != nil && ownRecover(v.u, o.lit.decl.Body) != nil {
			found = true
		}
		if o.fn != nil {
			if r := v.sums.recovers(funcName(o.fn.fn)); r != nil && *r {
				found = true
			}
		}
		if o.call != nil {
			if e := v.sums.laterOf(o.call.fn); e != nil && e.does&catches != 0 {
				found = true
			}
		}
	})
	return found
}

// waitingServer: closing a test server waits for the requests that it is at; one whose
// handler waits for others may be at some until code after the place has run.
func (v *verdict) waitingServer() {
	if !v.isMethod(v.s.Call, "(*net/http/httptest.Server).Close") {
		return
	}
	in := v.invokes[v.s.Call]
	if in == nil || len(in.args) == 0 {
		return
	}
	c := newCollector(v.body, v.sums)
	c.callsInto(v.s.Call, v.g.pts[in.args[0]], &witness{node: v.s.Call})
	if w := c.does[signals]; w != nil {
		v.doubt(waitsOrSignals, v.subject()+" waits for requests whose handler waits for others", nodeWitness(w.node), "waits")
	}
}

// subtests: a parallel subtest goes on when the function that started it has returned.
func (v *verdict) subtests() {
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !v.isMethod(call, "(*testing.T).Run") {
				return true
			}
			c := newCollector(v.body, v.sums)
			c.call(call)
			if w := c.does[starts]; w != nil {
				v.forbid(escapesIteration, "a parallel subtest goes on after the function has returned, and may use it", nodeWitness(call), "runs a parallel subtest")
			}
			return true
		})
	}
}
