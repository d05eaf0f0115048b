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
	recovers map[*types.Func]bool
	by       map[*types.Func][]*types.Func // the functions that mention one, as the method of an interface as well
	stop     map[*types.Func]bool
	pend     map[*types.Func]bool
}

// findPanicked reads the package's functions, and finds which of them stop panics.
func (s *summaries) findPanicked() {
	p := &panicked{
		named: make(map[string]*types.Func), mentions: make(map[*types.Func][]*types.Func), recovers: make(map[*types.Func]bool),
		by: make(map[*types.Func][]*types.Func), stop: make(map[*types.Func]bool), pend: make(map[*types.Func]bool),
	}
	s.panicked = p
	for _, d := range s.u.functions() {
		p.named[d.name] = d.fn
	}
	var roots []*types.Func
	for _, d := range s.u.functions() {
		list, recovers := s.u.mentioned(d.decl)
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
		if recovers && s.u.callsAnything(d.decl) || slices.ContainsFunc(list, s.stopsPanics) && isGivenAnything(d.fn) {
			roots = append(roots, d.fn)
		}
	}
	p.spread(p.stop, roots, isGivenAnything)
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

// isGivenAnything reports whether a function has parameters, or a receiver.
func isGivenAnything(fn *types.Func) bool {
	sig := fn.Type().(*types.Signature)
	return sig.Recv() != nil || sig.Params().Len() > 0
}

// mentioned are the functions that a declaration names, and whether it recovers somewhere.
func (u *unit) mentioned(decl ast.Node) (list []*types.Func, recovers bool) {
	ast.Inspect(decl, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			switch o := u.info.Uses[id].(type) {
			case *types.Func:
				if fn := o.Origin(); !slices.Contains(list, fn) {
					list = append(list, fn)
				}
			case *types.Builtin:
				recovers = recovers || o.Name() == "recover"
			}
		}
		return true
	})
	return list, recovers
}

// callsAnything reports whether a declaration calls functions that nobody knows, or methods that may start something: those that the
// library asks for, but for handlers of requests, read, write or describe a value.
func (u *unit) callsAnything(decl ast.Node) (found bool) {
	ast.Inspect(decl, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || found {
			return !found
		}
		_, isLit := ast.Unparen(call.Fun).(*ast.FuncLit)
		isCancel := isNamed(orInvalid(u.info.TypeOf(call.Fun)), "context", "CancelFunc")
		switch fn := u.static(u.callee(call)); {
		case isLit || isCancel || u.info.Types[call.Fun].IsType() || u.builtin(call) != "":
		case fn == nil:
			found = true
		case isInterfaceMethod(fn):
			found = fn.Name() == "ServeHTTP" || !libraryCalls(fn.Name()) && !slices.Contains(calledOfContexts.list, fn.Name())
		}
		return !found
	})
	return found
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

// stopsPanics reports whether something in the declaration recovers, or names a function that does so around those it is given.
func (b *body) stopsPanics() bool {
	if b.stops == nil {
		fn := b.declared()
		list, recovers := b.sums.panicked.mentions[fn], b.sums.panicked.recovers[fn]
		if fn == nil {
			list, recovers = b.u.mentioned(b.decl)
		}
		found := recovers || slices.ContainsFunc(list, b.sums.stopsPanics)
		b.stops = &found
	}
	return *b.stops
}

// keptAtPanic reports whether what a callee is given may be with a goroutine when a panic that leaves the callee is stopped.
func (b *body) keptAtPanic(callee *types.Func) bool { return b.stopsPanics() && b.sums.pends(callee) }

// keptUntilWait is what becomes of what a goroutine has that the function waits for, if a panic passes the wait.
func (b *body) keptUntilWait(s *spawn) {
	b.pends = true
	if b.stopsPanics() {
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
