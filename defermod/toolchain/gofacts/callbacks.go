package main

import (
	"go/types"
	"strings"
)

// Functions of the standard library call methods of what they are given, by way of the
// interfaces that it documents; so do functions of the program whose summaries say so.
// Where the bodies of these methods are in sight, they say what becomes of what they are
// called on and with: what is said of the library speaks of the library alone.

// called are the sets of methods that a callee may call of operand i; nil if there are none.
func (c *invoke) called(i int) []*methodNames {
	if c.name == takesOut || c.name == givesBack {
		return nil
	}
	if c.std {
		if list := ofDatabase(c.fn); i == 0 && list != nil {
			return list
		}
		if c.wanted == nil {
			c.wanted = append([]*methodNames{movedBy(c.fn)}, calledBesides(c.fn)...)
		}
		return c.wanted
	}
	if e := c.sums.effectsOf(c.fn); e != nil {
		if p := c.sig.param(i); len(e.methods[p]) > 0 {
			return []*methodNames{c.sums.askedOf(e, p)}
		}
	}
	return nil
}

// callbacks applies the flows of the methods in sight that the callee calls of what its
// operands lead to.  They may be given whatever the callee passes on.
func (c *invoke) callbacks(g *graph) {
	b := c.body
	if b == nil || b.u.standard(b.u.pkg) {
		return
	}
	on := noReceivers
	for i := range c.args {
		if b.h.closed(operandType(c.fn, i)) {
			continue
		}
		c.serveBehind(g, i)
		for _, names := range c.called(i) {
			on = b.merged(on, b.receiversIn(c.offered(g, i), names))
		}
	}
	if c.std {
		for _, full := range c.sums.implementers(c.fn) {
			on = b.merged(on, c.sums.inSight(full, way{}).onHeap)
		}
	}
	if len(on.methods) == 0 {
		return
	}
	given := c.passedOn(g)
	again := g.calledBack(on, given)
	for i, m := range on.methods {
		c.callback(g, m, on.on[i], given, again)
	}
}

// calledBack reports whether the same methods were called before with the same, as calls of a function
// often come to: until the graph has other answers, all follows from it again that is not about the call itself.
func (g *graph) calledBack(on *receivers, given bitset) bool {
	if at := g.asOf(); g.called == nil || g.calledAt != at {
		g.called, g.calledAt = make(map[calledWith]bool), at
	}
	g.spelling = given.appendTo(g.spelling[:0])
	if g.called[calledWith{on, string(g.spelling)}] {
		return true
	}
	g.called[calledWith{on, string(g.spelling)}] = true
	return false
}

// A calledWith is a set of methods and what they were called with.
type calledWith struct {
	on    *receivers
	given string
}

// paramsOf are the types of a method's parameters; nil if they are not known.
func (b *body) paramsOf(m *methodInSight) []types.Type {
	if m.asked {
		return m.params
	}
	m.asked = true
	i := strings.LastIndexByte(m.full, '.')
	tn := b.typeNamed(strings.Trim(m.full[:i], "()"))
	if tn == nil {
		return nil
	}
	o, _, _ := types.LookupFieldOrMethod(types.NewPointer(tn.Type()), true, tn.Pkg(), m.full[i+1:])
	if fn, ok := o.(*types.Func); ok {
		list := fn.Type().(*types.Signature).Params()
		for i := range list.Len() {
			m.params = append(m.params, list.At(i).Type())
		}
	}
	return m.params
}

// operand is what of all that is given can be operand i, the receiver first, of a method with parameters
// of these types: a slice of bytes is none of a file but the memory in it.
func (g *graph) operand(given bitset, i int, params []types.Type) bitset {
	if i < 1 || i > len(params) {
		return given
	}
	s, ok := params[i-1].Underlying().(*types.Slice)
	if !ok {
		return given
	}
	elem, ok := s.Elem().Underlying().(*types.Basic)
	if !ok || elem.Info()&(types.IsNumeric|types.IsString) == 0 || elem.Kind() == types.Uintptr {
		return given
	}
	laid := given.and(g.laid)
	all := given.without(laid)
	all.union(g.memory(laid, elem.Info()&types.IsString != 0, elem.Info()&types.IsInteger != 0))
	return all
}

// callback applies the flows of one method, called on each of some objects with anything
// that is given; again, if that was done and only results and what the call itself makes is open.
func (c *invoke) callback(g *graph, m *methodInSight, on, given bitset, again bool) {
	sum := c.sums.flowsOf(m)
	if sum == nil || m.std {
		return
	}
	c.converts = c.converts || (m.name == "Value" || m.name == "Scan") && sum.effects != nil && sum.effects.assumed[stringerContract]
	mine := g.reach(on)
	if sum.unknown {
		g.put(unknown, mine)
		return
	}
	if sum.effects != nil && c.body.handsOwnOn(m.name, sum.effects.inside[0]) {
		for _, r := range c.results {
			if r != 0 {
				g.point(r, unknown)
			}
		}
	}
	if sum.effects != nil && sum.effects.does&pends != 0 && c.body.goesOnAfter(sum.effects) {
		g.put(heap, mine)
		g.put(heap, given)
	}
	params := c.body.paramsOf(m)
	for _, e := range sum.edges {
		if again && e.from.kind != ofMade && e.to.kind != toResult && e.to.kind != inResult {
			continue
		}
		var set bitset
		switch {
		case e.from.kind == toHeap:
			set = single(heap)
		case e.from.kind == toUnknown:
			set = single(unknown)
		case e.from.kind == ofOthers:
			set = single(told)
		case e.from.kind == ofMade:
			set = c.shared(g, e.from.index)
		case e.from.kind == toResult || e.from.kind == inResult || e.from.kind == ofCall || e.to.kind == ofCall:
			continue
		case e.from.param() != 0:
			set = g.part(e.from.kind, g.operand(given, e.from.param(), params))
		case e.to.intoOperand(0):
			// What an object holds gets into that object, not into the others.
			g.spreadWithin(on, e.from.kind)
			continue
		default:
			set = g.part(e.from.kind, mine)
		}
		if len(set) == 0 {
			continue
		}
		switch to := e.to; {
		case (to.kind == toResult || to.kind == inResult) && (e.from.kind == toParam || e.from.kind == ofGiven || e.from.kind == inGiven) && e.from.param() == 0:
			// Whoever calls a method may hand on the error that it gives, and some more than that.
			var bodies bitset
			if sum.effects == nil || !sum.effects.owned[0] {
				bodies = c.body.bodiesAmong(set, m.name)
			}
			for i, r := range c.results {
				switch {
				case r == 0:
				case c.errors[i]:
					g.include(r, set)
				case c.holders[i]:
					g.put(c.made[i], set)
					g.include(r, set)
				case len(bodies) > 0:
					g.put(c.made[i], bodies)
					g.include(r, bodies)
				}
			}
		case to.kind == inResult && e.from.kind == ofMade:
			for i, r := range c.results {
				if r != 0 {
					g.put(c.made[i], set)
				}
			}
		case to.kind == toHeap, to.kind == toAwaited:
			g.put(heap, set)
		case to.kind == toUnknown:
			g.put(unknown, set)
		case to.kind == toPool:
			g.put(pooled, set)
		case to.kind == toOver:
			g.keepOver(set)
		case to.intoOperand(0), to.kind == ofGiven && to.param() == 0:
			g.putAll(mine, set)
		case to.kind == toParam || to.kind == toItself || to.kind == ofGiven:
			g.putAll(g.operand(given, to.param(), params), set)
		}
	}
}
