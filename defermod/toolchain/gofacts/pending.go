package main

import (
	"go/ast"
	"go/types"
	"slices"
)

// A panic that leaves a function passes the waits for the goroutines which the function has started: such a function pends.  Nothing
// of it is to be seen where the panic leaves the iteration as well, since the deferred call comes no earlier then.  Where it is
// stopped on the way, by a function that recovers around the call, what the function was given is with a goroutine still.

// pending notes that a goroutine which the function waits for goes on if a panic passes the wait.
type pending struct {
	b    *body
	keep obj // has what the goroutine was given
}

func (c *pending) apply(g *graph) {
	if c.b.stopsPanics() {
		g.put(heap, g.pts[g.objs[c.keep].out])
	}
}

// keepAtPanic is what happens to what a callee is given if it pends.
func (b *body) keepAtPanic(sum *summary, operands []node) {
	if b.pendsIn(sum) {
		for _, n := range operands {
			b.g.put(heap, b.g.pts[n])
		}
	}
}

// pendsIn reports whether what a callee is given may be with a goroutine when a panic that leaves the callee is stopped.
func (b *body) pendsIn(sum *summary) bool {
	if sum == nil || sum.effects == nil || sum.effects.does&pends == 0 {
		return false
	}
	b.pends = true
	return b.stopsPanics()
}

// stopsPanics reports whether something in the declaration recovers, or mentions a function that does so around those it is given.
func (b *body) stopsPanics() bool {
	if b.mentions == nil {
		b.mentions = []*types.Func{}
		ast.Inspect(b.decl, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			switch o := b.u.info.Uses[id].(type) {
			case *types.Func:
				b.mentions = append(b.mentions, o)
			case *types.Builtin:
				b.stops = b.stops || o.Name() == "recover"
			}
			return true
		})
	}
	b.stops = b.stops || slices.ContainsFunc(b.mentions, b.sums.stopsPanics)
	return b.stops
}

// stopsPanics reports whether a function, or one that the call of an interface's method may come to, recovers around functions
// that it is given.
func (s *summaries) stopsPanics(fn *types.Func) bool {
	stop := func(e *effects) bool { return e != nil && e.does&stops != 0 }
	if isInterfaceMethod(fn) {
		return slices.ContainsFunc(s.namesakes(fn), func(full string) bool { return stop(s.effectsNamed(full)) }) ||
			slices.ContainsFunc(s.implementersAbroad(fn), func(sum *summary) bool { return stop(sum.effects) })
	}
	return stop(s.effectsOf(fn))
}

// atPanics notes of a function what becomes of goroutines where a panic passes it.
func (b *body) atPanics(e *effects) {
	if b.pends {
		e.add(pends&^b.sums.ignored, "")
	}
	if (e.callsBack() || e.later != nil && e.later.callsBack()) && b.stopsPanics() {
		e.add(stops&^b.sums.ignored, "")
	}
}

// callsBack reports whether it calls functions that it is given, or methods that may start something: those that the library asks
// for, but for handlers of requests, read, write or describe a value.
func (e *effects) callsBack() bool {
	if len(e.calls) > 0 {
		return true
	}
	for _, names := range e.methods {
		for name := range names {
			if name == "ServeHTTP" || !libraryCalls(name) && !slices.Contains(calledOfContexts.list, name) {
				return true
			}
		}
	}
	return false
}
