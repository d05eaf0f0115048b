package main

import (
	"go/types"
	"slices"
)

// What the functions give that a function is given.  What a helper returns that calls one is what that function
// returns, whatever else the function has at hand: a response, and neither the client nor the request.

// A gift is what calling a parameter gives, one of its results, and what that leads to.
type gift struct{ itself, inner obj }

// gifts are those of all parameters of a function: themselves, what they lead to, and the plain memory, the strings and
// numbers in them.
type gifts struct{ themselves, inner, all bitset }

// maxGiven is how many results of one parameter are told apart; of further ones nothing is said but what the function
// leads to.
const maxGiven = 8

// givenEnd is the end that is result k of parameter i, a function.
func givenEnd(kind endKind, i, k int) end { return end{kind, i*maxGiven + k} }

// param is the parameter that an end is, or is a part of, or that gives it; of others it is their number.
func (e end) param() int {
	if e.kind == ofGiven || e.kind == inGiven {
		return e.index / maxGiven
	}
	return e.index
}

// givesFor makes, for a parameter that is a function, objects for each of its results.
func (b *body) givesFor(o obj, v *types.Var) {
	sig, ok := coreType(v.Type()).(*types.Signature)
	if !ok || b.g.judging {
		return
	}
	g := b.g
	for k := range sig.Results().Len() {
		t := sig.Results().At(k).Type()
		if k >= maxGiven || !b.h.tracked(t) {
			g.objs[o].gives = append(g.objs[o].gives, gift{})
			continue
		}
		itself, inner := g.newObject(), g.newObject()
		g.objs[itself].v, g.objs[itself].typ, g.objs[inner].v = v, t, v
		b.companions(itself, t)
		if of := g.objs[itself]; of.text {
			inner = itself
		} else {
			g.objs[inner].names, g.objs[inner].numbers, g.objs[inner].fd = of.names, of.numbers, of.fd
			if of.memory != 0 {
				g.lay(inner, of.memory)
			} else if of.plain {
				g.makePlain(inner)
			}
		}
		g.isParam.add(int(itself))
		g.isParam.add(int(inner))
		g.point(g.objs[itself].in, inner)
		g.point(g.objs[inner].in, inner) // however deep
		g.point(g.objs[o].in, itself)    // who has the function can call it
		of := gift{itself, inner}
		g.objs[o].gives = append(g.objs[o].gives, of)
		b.given.themselves.add(int(itself))
		b.given.inner.add(int(inner))
		b.given.all.union(g.partsOf(of))
	}
}

// eachGiven visits what the parameters that are functions give.
func (b *body) eachGiven(visit func(i, k int, of gift)) {
	for i, p := range b.params {
		if p < 0 {
			continue
		}
		for k, of := range b.g.objs[p].gives {
			if of.itself != 0 {
				visit(i, k, of)
			}
		}
	}
}

// gives reports whether an object is what calling a parameter gives, or what that leads to.
func (b *body) gives(p, o obj) bool {
	if p >= 0 && b.given.all.has(int(o)) {
		for _, of := range b.g.objs[p].gives {
			if o == of.itself || o == of.inner {
				return true
			}
		}
	}
	return false
}

// partsOf are the objects of a gift, with the plain memory, the strings and numbers in it.
func (g *graph) partsOf(of gift) bitset {
	o := &g.objs[of.itself]
	var set bitset
	for _, part := range []obj{of.itself, of.inner, o.memory, o.names, o.numbers, o.fd} {
		if part != 0 {
			set.add(int(part))
		}
	}
	return set
}

// handedIn is what a parameter that is a function was called with, and what else is stored in it.
func (g *graph) handedIn(o obj) bitset {
	not := single(o)
	for _, of := range g.objs[o].gives {
		not.add(int(of.itself))
	}
	return g.pts[g.objs[o].in].without(not)
}

// calledFor is what calling a parameter gives as result k: what it was called with may be given back.
func (g *graph) calledFor(o obj, k int) bitset {
	set := g.handedIn(o)
	if gives := g.objs[o].gives; k < len(gives) && gives[k].itself != 0 {
		set.add(int(gives[k].itself))
	} else {
		set.union(g.pts[g.objs[o].in])
	}
	return set
}

// given is what the functions among some objects give as result k.
func (g *graph) given(functions bitset, k int) bitset {
	var set bitset
	functions.each(func(i int) {
		switch o := &g.objs[i]; {
		case o.lit != nil:
			if k < len(o.lit.results) {
				set.union(g.pts[o.lit.results[k]])
			}
		case o.fn != nil:
			if k < len(o.fn.results) {
				set.union(g.pts[o.fn.results[k]])
			}
		case len(o.gives) > 0:
			set.union(g.calledFor(obj(i), k))
		default:
			set.union(g.reach(single(obj(i))))
		}
	})
	return set
}

// putInGiven stores a set in all that leads to which the functions that parameter i gets give.
func (c *invoke) putInGiven(g *graph, to end, set bitset) {
	for i, arg := range c.args {
		if c.sig.param(i) == to.param() {
			g.putAll(g.reach(g.given(g.pts[arg], to.index%maxGiven)), set)
		}
	}
}

// givenEdges adds the flows to an end of what parameter i gives, a function that does not get there itself.
func (b *body) givenEdges(set bitset, i int, to end, edges []edge) []edge {
	g := b.g
	for k, of := range g.objs[b.params[i]].gives {
		if of.itself == 0 {
			continue
		}
		target := givenEnd(ofGiven, i, k)
		own := to == target && !g.self.has(int(of.itself)) && !g.self.has(int(of.inner)) && !b.storedBeyond(of.inner).has(int(of.inner))
		o := &g.objs[of.itself]
		switch {
		case own:
		case set.has(int(of.inner)):
			edges = append(edges, edge{givenEnd(inGiven, i, k), to})
		case set.has(int(of.itself)):
			edges = append(edges, edge{target, to})
		default:
			for part, kind := range map[obj]endKind{o.memory: ofMemory, o.names: ofText, o.numbers: ofNumber, o.fd: ofDescriptor} {
				if from := (end{kind, i}); part != 0 && set.has(int(part)) && from != to && to != (end{toParam, i}) && !slices.Contains(edges, edge{from, to}) {
					edges = append(edges, edge{from, to})
				}
			}
		}
	}
	return edges
}

// relayedResults notes the results that are nothing but what parameters give: the function makes nothing for them.
func (b *body) relayedResults(e *effects) {
	for i, r := range b.results {
		if set := b.g.pts[r]; !set.empty() && set.within(b.given.themselves) {
			e.relayed[i] = true
		}
	}
}

// relayed is what the functions that the call is given give for result i.
func (c *invoke) relayed(g *graph, sum *summary, i int) bitset {
	var set bitset
	for _, e := range sum.edges {
		if e.from.kind == ofGiven && e.to == (end{toResult, i}) {
			set.union(g.source(c, e.from))
		}
	}
	return set
}
