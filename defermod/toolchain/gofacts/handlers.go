package main

import "go/types"

// A literal becomes a handler of net/http by a conversion: the method ServeHTTP calls it with what the method gets, whatever
// is said of the interface's.

// servesHTTP is the method that every handler has.
const servesHTTP = "ServeHTTP"

// serve calls the literals in what a handler leads to whose method is called, by way of an interface or of the library's own.
func (c *invoke) serve(g *graph) {
	if c.fn.Name() != servesHTTP || len(c.args) != 3 {
		return
	}
	for _, o := range c.body.handlersIn(c.reach(g, 0)) {
		g.objs[o].lit.call(g, c.args[1:], nil)
	}
}

// serveBehind calls the literals in what an operand leads to whose method ServeHTTP the callee calls, with what it passes on.
func (c *invoke) serveBehind(g *graph, i int) {
	e := c.sums.effectsOf(c.fn)
	if c.std || e == nil || !e.methods[c.sig.param(i)][servesHTTP] {
		return
	}
	for _, o := range c.body.handlersIn(c.reach(g, i)) {
		g.put(o, c.passedOn(g))
	}
}

// handlersIn are the literals among some objects that can be handlers.
func (b *body) handlersIn(set bitset) (list []obj) {
	for _, o := range b.g.lits {
		if sig, ok := coreType(b.g.objs[o].typ).(*types.Signature); ok && set.has(int(o)) && isHandler(sig) {
			list = append(list, o)
		}
	}
	return list
}
