package main

import "go/ast"

// A sync.Pool: "Get selects an arbitrary item from the Pool, removes it from the Pool, and returns
// it to the caller.  Callers should not assume any relation between values passed to Put and the
// values returned by Get."  So what was taken out is the function's alone until it gives it back.
// That it gives it back earlier is noticed by nobody who does not assume, say, that what Get gives
// is empty though nobody has emptied it: poolIndifferent.  What it has given back is everybody's.

const (
	takesOut  = "(*sync.Pool).Get"
	givesBack = "(*sync.Pool).Put"
)

// A giving is a deferred call that may give something back to a pool.
type giving struct {
	by  *ast.DeferStmt
	has obj // what it gives back
}

// givenBack is the object for what a call in the current statement gives back to pools: that of
// the defer around it, as what a deferred call gives away is no escape where that very call is
// judged; 0 if there is none.
func (b *body) givenBack() obj {
	if b.deferring == nil || !b.g.judging {
		return 0
	}
	for _, g := range b.returns {
		if g.by == b.deferring {
			return g.has
		}
	}
	g := &giving{b.deferring, b.g.newObject()}
	b.g.point(b.g.objs[g.has].in, g.has)
	b.returns = append(b.returns, g)
	return g.has
}

// held are some objects and all that the function has made and stored in them: whoever gets one of
// them next has that, too.  What the function was given is not written to by way of them.
func (b *body) held(set bitset) bitset {
	var all bitset
	all.union(b.g.leads(set).without(b.fromOutside()))
	all.union(set)
	return all
}
