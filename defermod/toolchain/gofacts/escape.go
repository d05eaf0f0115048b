package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// What the deferred call ends must be private to the place: the statement through which it gets
// out is the witness.

// objects: everything that the call may write or end is private to the place.
func (v *verdict) objects() {
	ended := v.ended()
	if w := v.does.does[sharedMemory]; w != nil {
		v.doubt(heldForLater, v.subject()+" changes what other code can reach, and later code may rely on it", w, "changed here")
	}
	if w := v.does.does[anything]; w != nil {
		v.doubt(unknownRelease, "what "+v.subject()+" does is not known", w, "called here")
	}
	if len(ended) == 0 && v.does.has(^onStack) == nil {
		return
	}
	outside := v.g.withMemory(v.outside())
	reach := v.g.withMemory(v.g.reach(outside))
	ended.each(func(i int) {
		if v.g.objs[i].text {
			return
		}
		if at := v.g.objs[i].at; i == int(heap) || i == int(unknown) || outside.has(i) && (at == nil || !v.holds(at.Pos())) {
			v.notMine(i)
			return
		}
		if reach.has(i) {
			v.escaped(i, false)
		}
	})
	v.escapedNames(ended, reach)
}

// notMine: the object was there before the place.
func (v *verdict) notMine(i int) {
	w := v.writeOf(i)
	note := "not made in the iteration"
	if w.where != "" && w.callee != "" {
		note = "changed here"
	}
	v.doubt(heldForLater, v.subject()+" changes what was not made in the iteration, and later code may rely on it", w, note)
}

// escaped: an object of the iteration can be reached from outside of it.
func (v *verdict) escaped(i int, byName bool) {
	w, note, certain := v.leak(i)
	name := v.nameOf(i)
	message := name + " can be reached when the iteration is over"
	if byName {
		message = "the name of " + name + " is known when the iteration is over"
	}
	v.hold(escapesIteration, message, w, note, certain)
}

// nameOf is what the text calls an object.
func (v *verdict) nameOf(i int) string {
	best := ""
	var at token.Pos
	for x, n := range v.vars {
		if v.g.pts[n].has(i) && v.holds(x.Pos()) && (best == "" || x.Pos() < at) {
			best, at = x.Name(), x.Pos()
		}
	}
	if best == "" {
		return "what " + v.subject() + " releases"
	}
	return best
}

// leak finds the statement of the place through which an object gets out.
func (v *verdict) leak(o int) (w *witness, note string, certain bool) {
	holds := func(e ast.Expr) bool {
		if e == nil {
			return false
		}
		n := v.exprs[e]
		if n == 0 {
			return false
		}
		return v.g.reach(v.g.pts[n]).has(o)
	}
	found := func(n ast.Node, what string, sure bool) {
		if w == nil || sure && !certain {
			w, note, certain = &witness{node: n}, what, sure
		}
	}
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, d := range definitions(n) {
					l, r := d.left, d.value
					x := v.rootVar(l)
					if x != nil && v.local(x) && (v.mine(x) || v.within(x, v.s)) {
						if _, ok := ast.Unparen(l).(*ast.Ident); ok {
							continue
						}
						if !v.leadsOut(l) {
							continue
						}
					}
					if id, ok := l.(*ast.Ident); ok && id.Name == "_" {
						continue
					}
					if call, ok := ast.Unparen(r).(*ast.CallExpr); ok && v.u.builtin(call) == "append" {
						for _, arg := range call.Args[1:] {
							if holds(arg) {
								found(arg, "appended to "+types.ExprString(l), !v.onlyPresumed(arg))
							}
						}
						continue
					}
					if holds(r) || len(n.Rhs) != len(n.Lhs) && v.resultHolds(r, d.result, o) {
						found(n, "stored in "+types.ExprString(l), !v.onlyPresumed(r))
					}
				}
			case *ast.SendStmt:
				if holds(n.Value) {
					found(n, "sent on a channel", true)
				}
			case *ast.GoStmt:
				for _, arg := range append([]ast.Expr{n.Call.Fun}, n.Call.Args...) {
					if holds(arg) {
						found(n, "used by a goroutine", true)
					}
				}
			case *ast.CallExpr:
				in := v.invokes[n]
				if in == nil {
					break
				}
				if s, ok := in.shares[0]; ok && v.g.withMemory(single(s)).has(o) {
					found(n, types.ExprString(n.Fun)+" has put it elsewhere, too", false)
				}
				for i, arg := range in.args {
					if arg == 0 || !v.g.reach(v.g.pts[arg]).has(o) {
						continue
					}
					sum := v.sums.lookup(in.name)
					if sum == nil {
						sum = in.absent
					}
					name := types.ExprString(n.Fun)
					if sum == nil || sum.unknown {
						found(n, name+" may keep it", false)
						continue
					}
					for _, e := range sum.edges {
						if e.from.param() != in.sig.param(i) || e.from.kind == toResult || e.from.kind == ofCall || e.from.kind == ofOthers || e.from.kind == ofMade {
							continue
						}
						switch e.to.kind {
						case toHeap, toPool, toAwaited:
							found(n, name+" keeps it", true)
						case toUnknown:
							found(n, name+" may keep it", false)
						case toParam, toItself, ofGiven:
							found(n, name+" may store it", false)
						}
					}
				}
			}
			return true
		})
	}
	if w == nil {
		return &witness{node: v.s}, "deferred here", false
	}
	return w, note, certain
}

// onlyPresumed reports whether an expression is what methods of interfaces gave of which
// nothing is known: whether it holds anything of their receivers is not certain.
func (v *verdict) onlyPresumed(e ast.Expr) bool {
	var calls []*invoke
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		calls = append(calls, v.invokes[call])
	} else if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		if x, ok := v.u.info.ObjectOf(id).(*types.Var); ok {
			for in := range v.madeBy(x) {
				calls = append(calls, in)
			}
		}
	}
	for _, in := range calls {
		if in == nil || in.absent == nil || !isInterfaceMethod(in.fn) {
			return false
		}
	}
	return len(calls) > 0
}

func (v *verdict) resultHolds(r ast.Expr, i, o int) bool {
	call, ok := ast.Unparen(r).(*ast.CallExpr)
	if !ok {
		return false
	}
	nodes := v.calls[call]
	return i < len(nodes) && nodes[i] != 0 && v.g.reach(v.g.pts[nodes[i]]).has(o)
}

// leadsOut reports whether a place that is assigned to may lie in something from
// outside, though the variable at its beginning does not.
func (v *verdict) leadsOut(l ast.Expr) bool {
	x := v.rootVar(l)
	if x == nil {
		return true
	}
	out := v.g.reach(v.outside())
	return intersects(v.g.pts[v.variable(x)], out)
}

// lentToMethods: methods of interfaces get contexts, readers and writers for the call only,
// by convention.  It is relied on where nothing follows the loop that could tell.
func (v *verdict) lentToMethods() {
	if v.does.does[cancels] != nil && v.handedOn() {
		v.assumes[operandNotKept] = true
	}
	reach := v.g.reach(single(lent))
	hit := false
	v.ended().each(func(i int) {
		if i > int(lent) && !v.g.objs[i].text && reach.has(i) {
			hit = true
		}
	})
	if !hit {
		return
	}
	if call := v.givenToKeeper(); call != nil {
		v.doubt(escapesIteration, types.ExprString(call.Fun)+" may be a function that keeps it, which the package calls "+v.declared().Name()+" with", nodeWitness(call), "called here")
		return
	}
	if v.decidedByBodies() {
		return
	}
	if (v.trivialAfter() || v.leavesAlone(v.borrowers())) && !v.askedAgain() || v.answered() {
		v.assumes[operandNotKept] = true
		return
	}
	v.doubt(escapesIteration, "a method of an interface got it, and may keep it", nodeWitness(v.s), "deferred here")
}

// answered reports whether all that ends are contexts, and whoever got one for the call alone has given an answer for it: a
// context belongs to a request, as package context says, and one that there is an answer to is over.  What gives no more
// than an error may have begun something.
func (v *verdict) answered() bool {
	ended := v.ended().without(v.g.texts)
	all := !ended.empty()
	ended.each(func(i int) { all = all && v.g.objs[i].call.ofContexts() })
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || call == v.s.Call || !all {
				return all
			}
			if d := v.dynamics[call]; d != nil {
				for _, arg := range d.args {
					all = all && (!intersects(v.g.reach(v.g.pts[arg]), ended) || v.onlyLiterals(d) || v.isGiven(d) && givesAnswer(v.typeOf(call.Fun)))
				}
			}
			in := v.invokes[call]
			if in == nil {
				return all
			}
			sum := v.sums.lookup(in.name)
			if sum == nil {
				sum = in.absent
			}
			for i, arg := range in.args {
				if intersects(v.g.reach(v.g.pts[arg]), ended) && (sum == nil || sum.lends(in.sig.param(i))) {
					all = all && in.abstract() && givesAnswer(in.fn.Type())
				}
			}
			return all
		})
	}
	return all
}

// onlyLiterals reports whether a function value can be nothing but literals of the function itself.
func (v *verdict) onlyLiterals(d *dynamic) bool {
	only := !v.g.pts[d.fn].empty()
	v.g.pts[d.fn].each(func(i int) { only = only && v.g.objs[i].lit != nil })
	return only
}

// isGiven reports whether a function value can be nothing but what the function was given, and literals of its own: what a
// package's variables have, and what its functions give, is written somewhere.
func (v *verdict) isGiven(d *dynamic) bool {
	given := !v.g.pts[d.fn].empty()
	v.g.pts[d.fn].each(func(i int) { given = given && (v.g.isParam.has(i) || v.g.objs[i].lit != nil) })
	return given
}

// givesAnswer reports whether a function gives what it was asked for: neither an error nor a bool alone, nor what may go on with
// the context, a stream or something else that is to be ended.
func givesAnswer(t types.Type) bool {
	sig, ok := coreType(t).(*types.Signature)
	if !ok {
		return false
	}
	answers := false
	for i := range sig.Results().Len() {
		switch t := sig.Results().At(i).Type(); coreType(t).(type) {
		case nil, *types.Chan, *types.Signature:
			return false
		case *types.Interface:
			if !isError(t) {
				return false
			}
		default:
			if canBeEnded(t) && !isExchange(t) {
				return false
			}
			answers = answers || !isBool(t)
		}
	}
	return answers
}

// borrowers are all that calls in the iteration which get what ends with it are given, with what that leads to, and all that
// the function was given: whoever keeps it is among them, or known to everybody.
func (v *verdict) borrowers() bitset {
	ended := v.ended()
	all := v.fromOutside() // two operands may be the same
	add := func(args []node) {
		var given bitset
		for _, arg := range args {
			given.union(v.g.reach(v.g.pts[arg]))
		}
		if intersects(given, ended) {
			all.union(given)
		}
	}
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if in := v.invokes[call]; in != nil {
				add(in.args)
			}
			for _, in := range v.through[call] {
				add(in.args)
			}
			if d := v.dynamics[call]; d != nil {
				add(append([]node{d.fn}, d.args...))
			}
			return true
		})
	}
	return all
}

// leavesAlone reports whether the code that follows the loop neither reads nor writes any of a set of objects, but for
// plain memory, and does nothing but print.
func (v *verdict) leavesAlone(set bitset) bool {
	v.laterEffects()
	if v.after.has(^(output | onStack | fails | marksTest)) != nil {
		return false
	}
	touched := slices.Clone(v.after.lookedInto)
	for _, list := range [][]write{v.after.writes, v.after.looked} {
		for _, wr := range list {
			touched.union(wr.objs)
		}
	}
	return !intersects(touched.without(v.g.plains), set)
}

// handedOn reports whether the iteration gives a context that ends with it to a package of the
// library that hands it on to drivers, transports and handlers, which are not in sight.
func (v *verdict) handedOn() bool {
	ended := v.ended().without(v.g.textual(v.ended()))
	found := false
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || call == v.s.Call || v.invokes[call] == nil {
				return true
			}
			in := v.invokes[call]
			if in.fn.Pkg() == nil || !handingOn[in.fn.Pkg().Path()] {
				return true
			}
			for i, arg := range in.args {
				if i > 0 || in.fn.Type().(*types.Signature).Recv() == nil {
					found = found || intersects(v.g.reach(v.g.pts[arg]), ended)
				}
			}
			return !found
		})
	}
	return found
}

// handingOn are packages of the library that give what they are given to code of others.
var handingOn = map[string]bool{"database/sql": true, "log/slog": true, "net/http": true, "net/http/httputil": true}

// askedAgain reports whether what a method was called on that got a reader, writer or
// context in the iteration is called by another of its methods in the function, which
// could tell whether it has kept it; or a function value that got it, beside others.
func (v *verdict) askedAgain() bool {
	borrowers := make(map[string]string)
	each := func(n ast.Node, visit func(x, method string, in *invoke)) {
		ast.Inspect(n, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && call != v.s.Call {
				if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && v.u.isMethodCall(sel) {
					if in := v.invokes[call]; in != nil && isInterfaceMethod(in.fn) {
						visit(types.ExprString(sel.X), sel.Sel.Name, in)
					}
				}
			}
			return true
		})
	}
	ended := v.ended()
	for _, stmt := range v.list {
		each(stmt, func(x, method string, in *invoke) {
			for _, arg := range in.args[1:] {
				if intersects(v.g.reach(v.g.pts[arg]), ended) {
					borrowers[x] = method
				}
			}
		})
	}
	again := false
	each(bodyOf(v.fn), func(x, method string, in *invoke) {
		if first, ok := borrowers[x]; ok && first != method {
			again = true
		}
	})
	if again || !v.functionsLent(ended) {
		return again
	}
	values := v.functionValues()
	for _, varies := range values {
		again = again || varies
	}
	return again || len(values) > 1
}

// functionsLent reports whether the iteration gives what ends with it to function values.
func (v *verdict) functionsLent(ended bitset) bool {
	lends := false
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && v.dynamics[call] != nil && call != v.s.Call {
				for _, arg := range v.dynamics[call].args {
					lends = lends || intersects(v.g.reach(v.g.pts[arg]), ended)
				}
			}
			return !lends
		})
	}
	return lends
}

// functionValues are the function values that the function was given and calls, as
// written, and whether they are others on each pass.
func (v *verdict) functionValues() map[string]bool {
	values := make(map[string]bool)
	ast.Inspect(bodyOf(v.fn), func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && v.dynamics[call] != nil && v.unknownValue(v.dynamics[call]) {
			values[types.ExprString(call.Fun)] = v.variesIn(call.Fun)
		}
		return true
	})
	return values
}
