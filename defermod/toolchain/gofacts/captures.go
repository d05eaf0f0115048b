package main

import "go/types"

// What a function has in its variables, whoever has the function can't take out of it, but for what it gives, and what it
// hands to functions that it is called with.  The library, which puts functions into what it makes, puts no more there.

// offered is all that the callee comes by which is given an operand.
func (c *invoke) offered(g *graph, i int) bitset {
	if c.std {
		return g.offered(g.pts[c.args[i]])
	}
	return c.reach(g, i)
}

// offered is all that the library comes by which is given some objects.
func (g *graph) offered(set bitset) bitset {
	if all := g.reach(set); !intersects(all, g.discreet) {
		return all
	}
	return g.recall(&g.offers, set, g.searchOffered)
}

func (g *graph) searchOffered(set bitset) bitset {
	return g.condensed(&g.offering, g.open).from(set)
}

// open visits the objects that whoever has one comes by.
func (g *graph) open(o int, visit func(int)) {
	if !g.discreet.has(o) {
		g.stored(o, visit)
		return
	}
	for _, r := range g.objs[o].lit.results {
		g.pts[r].each(visit)
	}
}

// isDiscreet reports whether functions of a type are called with nothing that is, or holds, a function by its type.
func isDiscreet(sig *types.Signature) bool {
	for i := range sig.Params().Len() {
		switch t := sig.Params().At(i).Type(); coreType(t).(type) {
		case nil, *types.Signature, *types.Slice, *types.Map, *types.Chan, *types.Array:
			return false
		case *types.Interface:
			if t.Underlying().(*types.Interface).Empty() {
				return false
			}
		}
	}
	return true
}
