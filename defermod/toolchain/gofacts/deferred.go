package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// The deferred call itself: what it does when it runs, what it releases, and which call made
// that.

// collectDeferred finds what the deferred call does when it runs: not the
// evaluation of its operands, which happens at the defer.
func (v *verdict) collectDeferred() {
	c := newCollector(v.body, v.sums)
	c.judging = true
	v.does = c
	if in := v.invokes[v.s.Call]; in != nil {
		c.invoke(v.s.Call, v.evaluatedAtDefer(in), v.u.operandExprs(v.s.Call))
	} else if fn := v.functionAtDefer(); fn != 0 {
		c.dynamic(v.s.Call, fn, v.operandsOf(v.s.Call))
	} else {
		c.call(v.s.Call)
	}
	c.settle()
	for name := range c.assumes {
		v.assumes[name] = true
	}
	if w := c.does[scratch]; w != nil {
		v.assumes[temporaryName] = true
		if v.writesName() {
			c.add(fileSystem, w)
		}
		if at := v.laterEffects().does[lists]; at != nil {
			v.doubt(changesWorld, v.subject()+" removes what later code may find in the directory", at, "looks through a directory")
		}
	}
	if v.writesNamedFile() {
		v.assumes[distinctFiles] = true
	}
	v.assumeOwned()
}

// writesNamedFile reports whether the deferred call writes to a file that the function, or
// one of the package that it calls, opens for writing by a name, as a Flush does: closing
// alone writes nothing.
func (v *verdict) writesNamedFile() bool {
	found := false
	for _, w := range v.does.writes {
		if w.w.onlyCloses() && !w.w.ofInterface() { // behind an io.Closer may be a writer with something left to write
			continue
		}
		w.objs.each(func(i int) {
			o := &v.g.objs[i]
			found = found || o.result == 0 && v.opens(o)&chosen != 0
		})
	}
	return found
}

// evaluatedAtDefer is the deferred call with what its operands are at the defer, which
// is less than what their variables ever are where an assignment stands in the same list.
func (v *verdict) evaluatedAtDefer(in *invoke) *invoke {
	exprs := v.u.operandExprs(v.s.Call)
	if len(exprs) != len(in.args) {
		return in
	}
	at := *in
	at.args = append([]node(nil), in.args...)
	first := v.u.wayOf(v.s.Call.Fun)
	for i, e := range exprs {
		if id, ok := ast.Unparen(e).(*ast.Ident); ok {
			n := v.assignedBefore(id)
			if n != 0 && i == 0 {
				n = v.followed(n, first)
			}
			if n != 0 {
				at.args[i] = n
			}
		}
	}
	return &at
}

// functionAtDefer is what the variable that is called has at the defer, if that is less than what it ever has; 0 for other calls.
func (v *verdict) functionAtDefer() node {
	id, ok := ast.Unparen(v.s.Call.Fun).(*ast.Ident)
	if !ok || v.through[v.s.Call] != nil {
		return 0
	}
	return v.assignedBefore(id)
}

// assignedBefore is the value that the one assignment gives a variable that reaches the
// defer from its own statement list; 0 if there is none, or others may come between.
func (v *verdict) assignedBefore(id *ast.Ident) node {
	x, ok := v.u.info.ObjectOf(id).(*types.Var)
	if !ok || !v.local(x) || pointee(x.Type()) == nil && !types.IsInterface(x.Type()) && !isFunc(x.Type()) {
		return 0
	}
	if _, shared := v.cells[x]; shared {
		return 0
	}
	for k := slices.Index(v.home, ast.Stmt(v.s)) - 1; k >= 0; k-- {
		if _, ok := v.home[k].(*ast.LabeledStmt); ok {
			return 0 // a goto may come here with another
		}
		if s, ok := v.home[k].(*ast.AssignStmt); ok {
			for i, l := range s.Lhs {
				if lid, ok := l.(*ast.Ident); ok && v.u.info.ObjectOf(lid) == x {
					if len(s.Lhs) == len(s.Rhs) {
						return v.eval(s.Rhs[i])
					}
					if values := v.values(s.Rhs[0]); i < len(values) {
						return values[i]
					}
					return 0
				}
			}
		}
		if assigns(v.u.info, v.home[k], x) {
			return 0
		}
	}
	return 0
}

// assigns reports whether a variable is assigned to anywhere in a node.
func assigns(info *types.Info, root ast.Node, x *types.Var) bool {
	found := false
	ast.Inspect(root, func(n ast.Node) bool {
		eachStore(n, func(e ast.Expr) {
			if id, ok := ast.Unparen(e).(*ast.Ident); ok && info.ObjectOf(id) == x {
				found = true
			}
		})
		return !found
	})
	return found
}

func (v *verdict) called() string { return types.ExprString(ast.Unparen(v.s.Call.Fun)) }

func (v *verdict) subject() string {
	fun := ast.Unparen(v.s.Call.Fun)
	if _, ok := fun.(*ast.FuncLit); ok {
		return "the deferred literal"
	}
	return types.ExprString(fun)
}

// assumeOwned narrows what the deferred call ends to what a call without a body has given to
// this iteration, by the convention of ownership: whoever gets something that can be
// released, beside an error or from a constructor, and releases it, owns it.  Where
// the release itself is a call of which nothing is known, it is relied on only if
// nothing follows the loop that could tell.
func (v *verdict) assumeOwned() {
	sel, ok := ast.Unparen(v.s.Call.Fun).(*ast.SelectorExpr)
	x := ast.Expr(nil)
	switch {
	case ok && v.u.isMethodCall(sel):
		x = sel.X
	case len(v.does.opaque) > 0:
		x = v.receiverInLiteral()
	}
	if x == nil {
		return
	}
	made := v.madeByOpaque(x)
	if len(made) == 0 {
		return
	}
	if v.does.does[anything] != nil && !v.trivialAfter() {
		return
	}
	if v.does.does[anything] != nil {
		delete(v.does.does, anything)
		delete(v.does.does, looks)
		v.byName = true
	}
	v.assumes[ownedResult] = true
	owns := v.g.pts[v.eval(x)]
	for i := range v.does.writes {
		w := &v.does.writes[i]
		if intersects(w.objs, owns) {
			for k := range v.does.looked {
				v.does.looked[k].objs = v.does.looked[k].objs.without(w.objs)
			}
			v.does.lookedInto = v.does.lookedInto.without(w.objs)
			w.objs = v.g.withMemory(made)
		}
	}
}

// receiverInLiteral is the receiver of the one call of which nothing is known in a
// deferred literal.
func (v *verdict) receiverInLiteral() ast.Expr {
	var x ast.Expr
	for _, call := range v.does.opaque {
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !ok || !v.u.isMethodCall(sel) || x != nil && types.ExprString(x) != types.ExprString(sel.X) {
			return nil
		}
		x = sel.X
	}
	return x
}

// madeByOpaque are the results of calls without a body that an expression is, if
// it is nothing else.
func (v *verdict) madeByOpaque(x ast.Expr) bitset {
	root := v.rootVar(x)
	if root == nil || !v.holds(root.Pos()) {
		return nil
	}
	var made bitset
	for _, d := range v.definitionsOf(root) {
		o, ok := v.ownedResult(d)
		if !ok {
			return nil
		}
		made.add(int(o))
	}
	return made
}

// ownedResult is what a definition gives, if that is the result of a call without a body:
// of the method of an interface, or of a function that was given, beside others; or of a
// function that passes such a result on.
func (v *verdict) ownedResult(d definition) (obj, bool) {
	call, ok := ast.Unparen(d.value).(*ast.CallExpr)
	if !ok {
		return 0, false
	}
	if o, ok := v.ownedOf(call, d.result); ok {
		return o, true
	}
	if f := v.dynamics[call]; f != nil && len(f.made) > 1 && d.result < len(f.made) && !v.g.pts[f.fn].has(int(unknown)) && v.unknownValue(f) {
		return f.made[d.result], true
	}
	return 0, false
}

// unknownValue reports whether nothing is known of a function value but that the
// function was given it.
func (v *verdict) unknownValue(d *dynamic) bool {
	given := v.fromOutside()
	all := true
	v.g.pts[d.fn].each(func(i int) { all = all && given.has(i) })
	return all
}

// privateEnded is the number of objects that the call ends and that are not known elsewhere.
func (v *verdict) privateEnded() int {
	n := 0
	v.ended().each(func(i int) {
		if i > int(lent) && !v.g.objs[i].text {
			n++
		}
	})
	return n
}

// onError reports whether a node stands in a branch that is taken only if an error
// is not nil.
func (v *verdict) onError(at ast.Node) bool {
	found := false
	ast.Inspect(v.s, func(n ast.Node) bool {
		s, ok := n.(*ast.IfStmt)
		if ok && s.Body.Pos() <= at.Pos() && at.Pos() < s.Body.End() {
			if cond, ok := s.Cond.(*ast.BinaryExpr); ok && cond.Op == token.NEQ && (isError(v.typeOf(cond.X)) || isError(v.typeOf(cond.Y))) {
				found = true
			}
		}
		return !found
	})
	return found
}

// acquisition is the call whose result the deferred call releases, and the variable
// that has the result.
func (v *verdict) acquisition() (*invoke, *types.Var) {
	fun := ast.Unparen(v.s.Call.Fun)
	if lit, ok := fun.(*ast.FuncLit); ok {
		fun = onlyReceiver(v.u, lit)
	}
	x := v.rootVar(fun)
	if x == nil || !v.within(x, v.loop) {
		return nil, nil
	}
	for in := range v.madeBy(x) {
		return in, x
	}
	return nil, nil
}

// onlyReceiver is what a literal calls methods of, if that is one thing; nil otherwise.
func onlyReceiver(u *unit, lit *ast.FuncLit) ast.Expr {
	var x ast.Expr
	several := false
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && u.isMethodCall(ast.Unparen(call.Fun)) {
			recv := ast.Unparen(call.Fun).(*ast.SelectorExpr).X
			several = several || x != nil && types.ExprString(x) != types.ExprString(recv)
			x = recv
		}
		return true
	})
	if several {
		return nil
	}
	return x
}

// released are the variables of the iteration that the deferred call has to do with: its
// receiver, its arguments, what a literal mentions; and what came with them.
func (v *verdict) released() map[*types.Var]bool {
	found := make(map[*types.Var]bool)
	note := func(x *types.Var) {
		if x == nil || !v.local(x) || !v.holds(x.Pos()) || v.within(x, v.s) || isError(x.Type()) {
			return
		}
		if _, basic := coreType(x.Type()).(*types.Basic); basic && !isString(x.Type()) {
			return
		}
		found[x] = true
		for in := range v.madeBy(x) {
			for r := range v.results(in) {
				found[r] = found[r] || !isError(r.Type())
			}
		}
	}
	ast.Inspect(v.s.Call, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			x, _ := v.u.info.ObjectOf(id).(*types.Var)
			note(x)
		}
		return true
	})
	ended := v.ended()
	for x, n := range v.vars {
		if !found[x] && !v.g.textless(v.g.pts[n], ended).empty() {
			note(x) // it is written to, by way of another
		}
	}
	return found
}

// eachDefinition calls visit for each call in a node that gives variables their values,
// with these variables: in an assignment or a declaration.
func (v *verdict) eachDefinition(root ast.Node, visit func(call *ast.CallExpr, x *types.Var)) {
	ast.Inspect(root, func(n ast.Node) bool {
		for _, d := range definitions(n) {
			if call, ok := ast.Unparen(d.value).(*ast.CallExpr); ok {
				if x := v.rootVar(d.left); x != nil {
					visit(call, x)
				}
			}
		}
		return true
	})
}

// madeBy are the calls whose results a variable is assigned.
func (v *verdict) madeBy(x *types.Var) map[*invoke]bool {
	found := make(map[*invoke]bool)
	v.eachDefinition(v.loop, func(call *ast.CallExpr, to *types.Var) {
		if to == x && v.invokes[call] != nil {
			found[v.invokes[call]] = true
		}
	})
	return found
}

// results are the variables that get the results of a call.
func (v *verdict) results(in *invoke) map[*types.Var]bool {
	if v.resultsOf == nil {
		v.resultsOf = make(map[*invoke]map[*types.Var]bool)
	}
	if known, ok := v.resultsOf[in]; ok {
		return known
	}
	found := make(map[*types.Var]bool)
	v.eachDefinition(v.loop, func(call *ast.CallExpr, x *types.Var) {
		if v.invokes[call] == in {
			found[x] = true
		}
	})
	v.resultsOf[in] = found
	return found
}

func (v *verdict) isMethod(call *ast.CallExpr, names ...string) bool {
	fn := v.u.static(v.u.callee(call))
	for _, name := range names {
		if fn != nil && funcName(fn) == name {
			return true
		}
	}
	return false
}
