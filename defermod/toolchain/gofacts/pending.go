package main

import (
	"go/ast"
	"go/types"
	"slices"
)

// A panic that leaves a function passes the waits for the goroutines which the function has started: such a function pends.  Nothing
// of it is to be seen where the panic leaves the iteration as well, since the deferred call comes no earlier then.  Where it is
// stopped on the way, by a function that recovers around the call, what the function was given is with a goroutine still.
//
// Whether a function pends, and whether it stops panics of functions that it is given, is found by what functions mention, before
// there are summaries.

// panicked knows this of the functions of a package.
type panicked struct {
	named    map[string]*types.Func
	mentions map[*types.Func][]*types.Func // what a function mentions, literals in it included
	recovers map[*types.Func]bool          // something recovers in it
	by       map[*types.Func][]*types.Func // the functions that mention one, as the method of an interface as well
	stop     map[*types.Func]bool
	pend     map[*types.Func]bool
}

// findPanicked reads the package's functions, and finds which of them stop panics.
func (s *summaries) findPanicked(h *holder) {
	runs := func(fn *types.Func) bool { return s.runs(h, fn) }
	p := &panicked{
		named: make(map[string]*types.Func), mentions: make(map[*types.Func][]*types.Func), recovers: make(map[*types.Func]bool),
		by: make(map[*types.Func][]*types.Func), stop: make(map[*types.Func]bool), pend: make(map[*types.Func]bool),
	}
	s.panicked = p
	for _, d := range s.u.functions() {
		p.named[d.name] = d.fn
		s.own[d.name].recovers = ownRecover(s.u, d.decl.Body) != nil // as the body will say
	}
	var roots []*types.Func
	for _, d := range s.u.functions() {
		list, recovers := s.mentioned(d.decl)
		p.mentions[d.fn], p.recovers[d.fn] = list, recovers
		for _, m := range list {
			if !isInterfaceMethod(m) {
				p.by[m] = append(p.by[m], d.fn)
				continue
			}
			for _, full := range s.namesakes(m) {
				p.by[p.named[full]] = append(p.by[p.named[full]], d.fn)
			}
		}
		if (recovers || slices.ContainsFunc(list, s.stopsPanics)) && runs(d.fn) {
			roots = append(roots, d.fn)
		}
	}
	p.spread(p.stop, roots, runs)
}

// findPending finds which functions pend, of which some wait for goroutines themselves.
func (s *summaries) findPending(roots []*types.Func) {
	for fn, list := range s.panicked.mentions {
		if slices.ContainsFunc(list, s.pends) {
			roots = append(roots, fn)
		}
	}
	s.panicked.spread(s.panicked.pend, roots, func(*types.Func) bool { return true })
}

// spread adds some functions to a set, and those that mention one of it, as far as they may be like it.
func (p *panicked) spread(set map[*types.Func]bool, todo []*types.Func, may func(*types.Func) bool) {
	for len(todo) > 0 {
		fn := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !set[fn] {
			set[fn] = true
			todo = append(todo, slices.DeleteFunc(slices.Clone(p.by[fn]), func(fn *types.Func) bool { return !may(fn) })...)
		}
	}
}

// runs reports whether a function is given something that may run other code: of the program's functions whatever may lead to a type
// of the program, a context and a test aside, of the library's functions alone, since the methods that these call read, write or
// describe a value.
func (s *summaries) runs(h *holder, fn *types.Func) bool {
	sig := fn.Type().(*types.Signature)
	given := func(v *types.Var) bool {
		t := v.Type()
		return handsFuncs(t) || !s.u.standard(s.u.pkg) && !h.closed(t) && !isContext(t) && !isTest(t)
	}
	for i := range sig.Params().Len() {
		if given(sig.Params().At(i)) {
			return true
		}
	}
	return sig.Recv() != nil && given(sig.Recv())
}

// mentioned are the functions that a declaration names, and whether something recovers in it: it says so, or defers what may.
func (s *summaries) mentioned(decl ast.Node) (list []*types.Func, recovers bool) {
	u := s.u
	ast.Inspect(decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			switch o := u.info.Uses[n].(type) {
			case *types.Func:
				if fn := o.Origin(); !slices.Contains(list, fn) {
					list = append(list, fn)
				}
			case *types.Builtin:
				recovers = recovers || o.Name() == "recover"
			}
		case *ast.DeferStmt:
			_, isLit := ast.Unparen(n.Call.Fun).(*ast.FuncLit)
			isCancel := isNamed(orInvalid(u.info.TypeOf(n.Call.Fun)), "context", "CancelFunc")
			switch fn := u.static(u.callee(n.Call)); {
			case isLit || isCancel || u.builtin(n.Call) != "":
			case fn == nil:
				recovers = true // nobody knows what it does
			case isInterfaceMethod(fn):
				recovers = recovers || s.namesakeRecovers(fn)
			default:
				known := s.recovers(funcName(fn))
				recovers = recovers || known != nil && *known
			}
		}
		return true
	})
	return list, recovers
}

// goesOn reports whether something that a declaration calls may end its goroutine while the function goes on: it starts some, or names
// what does so.
func (b *body) goesOn() bool {
	found := false
	ast.Inspect(b.decl, func(n ast.Node) bool {
		_, starts := n.(*ast.GoStmt)
		sel, ok := n.(*ast.SelectorExpr)
		found = found || starts || ok && b.u.isMethodCall(sel) && (sel.Sel.Name == "Go" || sel.Sel.Name == "Run")
		return !found
	})
	list, _ := b.functionsNamed()
	return found || slices.ContainsFunc(list, func(fn *types.Func) bool {
		e := b.sums.effectsOf(fn)
		return e != nil && e.does&starts != 0
	})
}

// stopsPanics reports whether a function, or one that the call of an interface's method may come to, recovers around functions
// that it is given.
func (s *summaries) stopsPanics(fn *types.Func) bool { return s.ofPanics(fn, s.panicked.stop, stops) }

// pends reports whether a function, or one that the call of an interface's method may come to, may leave goroutines running that
// have what it was given when a panic leaves it.
func (s *summaries) pends(fn *types.Func) bool { return s.ofPanics(fn, s.panicked.pend, pends) }

func (s *summaries) ofPanics(fn *types.Func, own map[*types.Func]bool, bit effect) bool {
	does := func(e *effects) bool { return e != nil && e.does&bit != 0 }
	switch {
	case fn.Pkg() == nil || s.ignored&bit != 0:
		return false
	case !isInterfaceMethod(fn) && fn.Pkg() == s.u.pkg:
		return own[fn.Origin()]
	case !isInterfaceMethod(fn):
		return does(s.effectsOf(fn))
	}
	return slices.ContainsFunc(s.namesakes(fn), func(full string) bool { return own[s.panicked.named[full]] }) ||
		s.atPanics[fn.Name()]&bit != 0 && slices.ContainsFunc(s.implementersAbroad(fn), func(sum *summary) bool { return does(sum.effects) })
}

// functionsNamed are those that the declaration names, and whether something recovers in it.
func (b *body) functionsNamed() (list []*types.Func, recovers bool) {
	p, fn := b.sums.panicked, b.declared()
	if list, known := p.mentions[fn]; known {
		return list, p.recovers[fn]
	}
	return b.sums.mentioned(b.decl) // of variables, or of an init
}

// stopsPanics reports whether something in the declaration recovers, or names a function that does so around those it is given.
func (b *body) stopsPanics() bool {
	if b.stops == nil {
		list, recovers := b.functionsNamed()
		found := recovers || slices.ContainsFunc(list, b.sums.stopsPanics)
		b.stops = &found
	}
	return *b.stops
}

// keptAtPanic reports whether what a callee is given may be with a goroutine when the callee has not come to its waits.
func (b *body) keptAtPanic(callee *types.Func) bool {
	return b.sums.pends(callee) && b.goesOnAfter(b.sums.effectsOf(callee))
}

// goesOnAfter reports whether the function may go on where a callee with these effects has not come to its end: a panic that has left it is
// stopped, or it has ended a goroutine that others wait for.
func (b *body) goesOnAfter(e *effects) bool {
	return b.stopsPanics() || e != nil && e.does&(leaves|fails) != 0 && b.goesOn()
}

// keptUntilWait is what becomes of what a goroutine has that the function waits for, if a panic passes the wait.
func (b *body) keptUntilWait(s *spawn) {
	b.pends = true
	if _, inside := s.fn.(*ast.FuncLit); inside && !b.asks || b.stopsPanics() { // a goroutine may end in its literal
		b.g.store(b.g.of(heap), b.g.load(b.g.of(s.keeps)))
	}
}

// declared is the function that the body is of, nil if it is of variables.
func (b *body) declared() *types.Func {
	if decl, ok := b.decl.(*ast.FuncDecl); ok {
		fn, _ := b.u.info.Defs[decl.Name].(*types.Func)
		return fn
	}
	return nil
}
