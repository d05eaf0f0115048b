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

// isDiscreet reports whether functions of a type are called with nothing that they could hand over in what they have: with
// texts and numbers, with what has no room for it, or as handlers, whose requests end with the call.
func isDiscreet(sig *types.Signature) bool {
	for i := range sig.Params().Len() {
		t := sig.Params().At(i).Type()
		elem := pointee(t)
		_, basic := coreType(t).(*types.Basic)
		switch {
		case basic, isError(t), isContext(t), isTest(t):
		case isNamed(t, "io/fs", "FileInfo"), isNamed(t, "io/fs", "DirEntry"), isNamed(t, "net/http", "ResponseWriter"):
		case elem != nil && isNamed(elem, "net/http", "Request") && sig.Params().Len() == 2 && isNamed(sig.Params().At(0).Type(), "net/http", "ResponseWriter"):
		default:
			return false
		}
	}
	return true
}
