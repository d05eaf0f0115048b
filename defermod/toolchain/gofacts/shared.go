package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// Variables and memory that the deferred call shares with later code.

// captured: what the deferred call reads and writes of the function's variables.
func (v *verdict) captured() {
	results := v.resultVars()
	for _, x := range sortedVars(v.does.vars) {
		at := v.does.vars[x]
		switch {
		case v.within(x, v.s):
		case results[x]:
			v.forbid(writesResult, "the deferred call writes the result "+x.Name()+", which may be overwritten before the function returns", nodeWitness(at), "writes a result")
		case v.mine(x):
			if kept := v.keptUse(x); kept != nil {
				v.forbid(writesOuter, "the deferred call writes "+x.Name()+", which code that is kept can read", nodeWitness(kept), "kept for later")
			} else if v.liveAfter(x) {
				v.forbid(writesOuter, "the deferred call writes "+x.Name()+", which later code reads", nodeWitness(at), "writes it")
			}
		default:
			if v.liveAfter(x) || !v.declaredIn(x, v.fn) {
				v.forbid(writesOuter, "the deferred call writes "+x.Name()+", which later code reads", nodeWitness(at), "writes it")
			}
		}
	}
	for _, x := range sortedVars(v.does.reads) {
		at := v.does.reads[x]
		if v.within(x, v.s) || !v.readWhenRun(at) {
			continue
		}
		if results[x] {
			v.forbid(readsResult, "the deferred call reads the result "+x.Name()+" before the function has set it", nodeWitness(at), "reads a result")
			continue
		}
		if v.ownWhenRun(x) {
			continue
		}
		if v.mine(x) {
			if kept := v.keptUse(x); kept != nil && v.usages.usage(x).changes() {
				v.forbid(readsOuter, "the deferred call reads "+x.Name()+", which code that is kept can change", nodeWitness(kept), "kept for later")
			}
			continue
		}
		if w := v.assignedLater(x); w != nil {
			v.forbid(readsOuter, "the deferred call reads "+x.Name()+", which later code changes", nodeWitness(w), "changed here")
		} else if w := v.changedByMethod(x); w != nil {
			v.doubt(readsOuter, "the deferred call reads "+x.Name()+", which a method may change", nodeWitness(w), "may be changed here")
		} else if w := v.changedByOthers(x); w != nil {
			v.doubt(readsOuter, "the deferred call reads "+x.Name()+", which others have the address of", w, "may be changed here")
		}
	}
}

// keptUse is what makes a variable of the iteration known outside of it: a literal that
// mentions it, or its address.
func (v *verdict) keptUse(x *types.Var) ast.Node {
	use := v.usages.vars[x]
	if use == nil || !use.captured && !use.addressed {
		return nil
	}
	reach := v.g.reach(v.outside())
	if o, ok := v.cells[x]; ok && reach.has(int(o)) {
		w, _, _ := v.leak(int(o))
		return w.node
	}
	for _, o := range v.g.lits {
		lit := v.g.objs[o].lit.decl
		if own := v.s.Pos() <= lit.Pos() && lit.End() <= v.s.End(); !own && reach.has(int(o)) && mentions(v.u.info, lit, x) {
			return lit
		}
	}
	return nil
}

// changedByMethod finds a call in later code, or in a literal, of a method that gets the
// address of a variable, or of a part of it, without an & to be seen, and may write to
// it; or the method as a value.
func (v *verdict) changedByMethod(x *types.Var) ast.Node {
	var found ast.Node
	called := make(map[*ast.SelectorExpr]*ast.CallExpr)
	ast.Inspect(v.decl, func(n ast.Node) bool {
		if n == ast.Node(v.s) || found != nil {
			return false
		}
		switch n := n.(type) {
		case *ast.CallExpr:
			if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok {
				called[sel] = n
			}
		case *ast.SelectorExpr:
			if !v.usages.takesAddress(n) || v.usages.variableOf(n.X) != x {
				return true
			}
			if call := called[n]; call != nil {
				if call.Pos() < v.loop.Pos() && !v.inOtherFunction(call) {
					return true
				}
				c := newCollector(v.body, v.sums)
				c.call(call)
				if len(c.writes) == 0 && c.does[anything] == nil {
					return true
				}
			}
			found = n
		}
		return true
	})
	return found
}

// changedByOthers finds what later code writes to by way of the address of a variable, which a method may have given away.
func (v *verdict) changedByOthers(x *types.Var) *witness {
	o, ok := v.cells[x]
	if !ok {
		return nil
	}
	for _, wr := range v.laterEffects().writes {
		if wr.objs.has(int(o)) && wr.w.callee != takesOut && wr.w.callee != givesBack {
			return wr.w
		}
	}
	return nil
}

// byAddress: the deferred call is given the address of a variable, and reads it when it runs.
func (v *verdict) byAddress() {
	var operands bitset
	if in := v.invokes[v.s.Call]; in != nil {
		for _, arg := range in.args {
			operands.union(v.g.pts[arg])
		}
	}
	for _, arg := range v.s.Call.Args {
		operands.union(v.g.pts[v.eval(arg)])
	}
	v.g.leads(operands).each(func(i int) {
		o := &v.g.objs[i]
		if o.v == nil || o.call != nil || v.g.isParam.has(i) || o.text || o.v.IsField() || v.within(o.v, v.s) {
			return
		}
		if v.mine(o.v) {
			if kept := v.keptUse(o.v); kept != nil && v.usages.usage(o.v).changes() {
				v.forbid(readsOuter, "the deferred call reads "+o.v.Name()+", which code that is kept can change", nodeWitness(kept), "kept for later")
			}
			return
		}
		if _, cell := v.cells[o.v]; !cell {
			return
		}
		for _, p := range v.passes {
			for _, w := range v.flow.nodes[p].writes {
				if v.rootVar(w) == o.v {
					v.forbid(readsOuter, "the deferred call reads "+o.v.Name()+", which later code changes", nodeWitness(w), "changed here")
					return
				}
			}
		}
	})
}

// readsChanged: what the deferred call reads when it runs must not be changed by
// later code: memory that both can reach, and package variables.
func (v *verdict) readsChanged() {
	if at := v.does.does[asksTest]; at != nil {
		v.doubt(readsOuter, v.subject()+" asks how the test goes, which later code may change", at, "asked here")
	}
	w := v.does.does[looks]
	var looked bitset
	looked.union(v.does.lookedInto)
	for _, l := range v.does.looked {
		looked.union(l.objs)
	}
	looked.union(v.sharedMemoryOf(v.ofProgram(looked)))
	if w == nil && len(looked) == 0 {
		return
	}
	later := v.laterEffects()
	report := func(at *witness) {
		v.doubt(readsOuter, v.subject()+" reads what later code may change", at, "may be changed here")
	}
	if w != nil {
		if at := later.has(sharedMemory | anything); at != nil {
			report(at)
			return
		}
	}
	// Code that is not known, and other goroutines while one waits for them, may change
	// what they can reach.
	others := v.g.withMemory(v.g.reach(v.outsideButMemory())).without(v.ended())
	if at := later.has(signals | anything); at != nil && (w != nil || !v.g.textless(looked, others).empty()) {
		report(at)
		return
	}
	shared := v.g.withMemory(v.g.reach(v.outside())).without(v.ended()) // what it writes, too, is judged there
	// An assignment to a variable of the function is no write of later's: the graph has no pointer to it.
	for _, x := range sortedVars(later.vars) {
		if o, ok := v.cells[x]; ok && v.does.vars[x] == nil && looked.has(int(o)) && shared.has(int(o)) {
			report(nodeWitness(later.vars[x]))
			return
		}
	}
	read := v.outerReads(looked, shared)
	given := slices.ContainsFunc(read, func(r outerRead) bool { return r.obj != noOperand })
	if at := later.does[sharedMemory]; at != nil && given {
		report(at) // a package's variable may lead to what the function was given
		return
	}
	for _, wr := range later.writes {
		found := false
		wr.objs.each(func(i int) {
			o := &v.g.objs[i]
			switch {
			case i == int(heap) || i == int(unknown):
				found = found || w != nil || given
			case v.operandOf(i) != noOperand:
				found = found || looked.has(i) && shared.has(i) && !(wr.itself == behindIt && v.contexts().has(i)) || v.mayBeAmong(v.operandOf(i), wr, read)
			case o.text || i == int(lent):
			default:
				found = found || looked.has(i) && shared.has(i)
			}
		})
		if found {
			report(wr.w)
			return
		}
	}
}

// ofProgram are those of some objects that have a type which is none of the standard library's: what that keeps behind
// its own values nobody has an address of.
func (v *verdict) ofProgram(set bitset) (own bitset) {
	set.each(func(i int) {
		t := v.g.objs[i].typ
		if t == nil {
			return
		}
		if elem := pointee(t); elem != nil {
			t = elem
		}
		if named, ok := types.Unalias(t).(*types.Named); !ok || !v.u.standard(named.Obj().Pkg()) {
			own.add(i)
		}
	})
	return own
}

// readWhenRun reports whether an expression in the defer is evaluated when the
// deferred call runs, not at the defer.
func (v *verdict) readWhenRun(at ast.Node) bool {
	if at.Pos() < v.s.Pos() || v.s.End() <= at.Pos() {
		return true
	}
	lit, ok := ast.Unparen(v.s.Call.Fun).(*ast.FuncLit)
	return ok && lit.Pos() <= at.Pos() && at.Pos() < lit.End()
}

// liveAfter reports whether code after the place may read a variable as it is there.
func (v *verdict) liveAfter(x *types.Var) bool {
	if !v.declaredIn(x, v.fn) {
		return true
	}
	for _, out := range v.waysOut() {
		if v.flow.live(v.u.info, x, out) {
			return true
		}
	}
	// A literal outside of the place, or one that is kept, can read it at any time.
	return v.capturedElsewhere(x)
}

// waysOut are the nodes of the graph that control comes to from the place: from its end, and by a break, a
// continue or a goto from inside it.
func (v *verdict) waysOut() []int {
	if v.outs != nil {
		return v.outs
	}
	v.outs = []int{v.flow.after[v.list[0]]}
	for _, n := range v.flow.nodes {
		if !n.place().IsValid() || v.beyond(n) {
			continue
		}
		v.flow.search(n.succ, func(i int, next cfgNode) []int {
			if i != 0 && !next.place().IsValid() {
				return next.succ // where ways meet
			}
			if i != 0 && v.beyond(next) {
				v.outs = append(v.outs, i)
			}
			return nil
		})
	}
	slices.Sort(v.outs)
	v.outs = slices.Compact(v.outs)
	return v.outs
}

// capturedElsewhere reports whether a literal that does not stand in the place may read a variable
// that it has not set, or its address is taken outside of the place.
func (v *verdict) capturedElsewhere(x *types.Var) bool {
	found := false
	ast.Inspect(bodyOf(v.fn), func(n ast.Node) bool {
		if s, ok := n.(*ast.DeferStmt); ok && setsFirst(v.u.info, s, x) {
			return false
		}
		if lit, ok := n.(*ast.FuncLit); ok {
			found = found || !v.holds(lit.Pos()) && mentions(v.u.info, lit, x)
			return false
		}
		if e := v.u.addressed(n); e != nil && !v.holds(n.Pos()) && v.rootVar(e) == x {
			found = true
		}
		return !found
	})
	return found
}

// addressed is what a node takes the address of, by an & or as it slices an array; nil for other nodes.
func (u *unit) addressed(n ast.Node) ast.Expr {
	switch n := n.(type) {
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			return n.X
		}
	case *ast.SliceExpr:
		if _, ok := coreType(u.info.TypeOf(n.X)).(*types.Array); ok {
			return n.X
		}
	}
	return nil
}

// assignedLater finds an assignment to a variable that may come before the
// function's end: in code after the place, or in a literal.
func (v *verdict) assignedLater(x *types.Var) ast.Node {
	for _, i := range v.passes {
		for _, w := range v.flow.nodes[i].writes {
			if v.rootVar(w) == x {
				return w
			}
		}
	}
	var found ast.Node
	ast.Inspect(v.decl, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok && lit.Pos() >= v.s.Pos() && lit.End() <= v.s.End() {
			return false
		}
		if e := v.u.addressed(n); e != nil && v.rootVar(e) == x {
			found = n
		}
		eachStore(n, func(l ast.Expr) {
			if id, ok := ast.Unparen(l).(*ast.Ident); ok && v.u.info.Defs[id] != nil {
				return
			}
			if v.rootVar(l) == x && v.inOtherFunction(n) {
				found = l
			}
		})
		return found == nil
	})
	return found
}

func (v *verdict) inOtherFunction(n ast.Node) bool {
	in := false
	ast.Inspect(bodyOf(v.fn), func(m ast.Node) bool {
		if lit, ok := m.(*ast.FuncLit); ok {
			if lit.Pos() <= n.Pos() && n.Pos() < lit.End() {
				in = true
			}
			return false
		}
		return true
	})
	return in || n.Pos() < v.fn.Pos() || v.fn.End() <= n.Pos()
}
