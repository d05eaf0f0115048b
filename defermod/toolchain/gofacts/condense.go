package main

// A condensation has, of the graph of objects and what is stored in them, the strongly
// connected components and what each leads to.  Objects that are stored in one another,
// as are those of most methods of a large type, have one answer.
type condensation struct {
	at    int      // the graph's version
	of    []int    // by object, its component
	reach []bitset // by component, all that its objects lead to, they included
}

// condensed finds the components, once for each version of the graph; next visits the objects
// that one leads to.
func (g *graph) condensed(known **condensation, next func(o int, visit func(int))) *condensation {
	if c := *known; c != nil && c.at == g.asOf() && len(c.of) == len(g.objs) {
		return c
	}
	groups := components(len(g.objs), next)
	words := (len(g.objs) + 63) / 64
	room := make(bitset, len(groups)*words) // all sets of it in one piece
	c := &condensation{at: g.asOf(), of: make([]int, len(g.objs)), reach: make([]bitset, len(groups))}
	for i, members := range groups {
		all := room[i*words : (i+1)*words : (i+1)*words]
		for _, o := range members {
			c.of[o] = i
			all.add(o)
		}
		for _, o := range members {
			next(o, func(p int) {
				if !all.has(p) {
					all.union(c.reach[c.of[p]])
				}
			})
		}
		c.reach[i] = all
	}
	*known = c
	return c
}

// from is all that some objects lead to, they included.
func (c *condensation) from(set bitset) bitset {
	var all bitset
	set.each(func(o int) {
		if !all.has(o) {
			all.union(c.reach[c.of[o]])
		}
	})
	return all
}

// stored visits the objects that are stored in one.  What a function is called with is not, unless
// it keeps it, in its variables or elsewhere.
func (g *graph) stored(o int, visit func(int)) {
	object := &g.objs[o]
	if object.lit == nil && object.fn == nil {
		g.pts[object.in].each(visit)
	}
	if object.out != object.in {
		g.pts[object.out].each(visit)
	}
}

// writable visits the objects that a callee may write to by way of one.  What a function of the
// standard library has made keeps its own connections to the rest of the library, which are
// nobody else's business; what it was given counts, see overOthers.
func (g *graph) writable(o int, visit func(int)) {
	object := &g.objs[o]
	next := visit
	if object.call != nil && object.call.std && !g.overOthers.has(o) {
		next = func(p int) {
			if obj(p) != heap && obj(p) != unknown {
				visit(p)
			}
		}
	}
	g.pts[object.in].each(next)
	if object.out != object.in {
		g.pts[object.out].each(next)
	}
}

// layOver notes that some of what the library has made is over what other code has.
func (g *graph) layOver(objs bitset) {
	objs.each(func(o int) {
		if call := g.objs[o].call; call != nil && call.std && g.overOthers.add(o) {
			g.version++
		}
	})
}

// A spread keeps which objects something that lies within them was spread over.
type spread struct {
	at   int // the graph's version, plus one
	done bitset
	over []bitset
}

// spreadWithin stores, for each of some objects, the part of this kind of all that it
// leads to in all that it leads to, and in nothing else.
func (g *graph) spreadWithin(on bitset, kind endKind) {
	s := &g.spread[kind]
	if at := g.asOf() + 1; s.at != at {
		*s = spread{at: at}
	}
	on.each(func(o int) {
		if !s.done.add(o) {
			return
		}
		all := g.reach(single(obj(o)))
		for _, larger := range s.over {
			if all.within(larger) {
				return
			}
		}
		s.over = append(s.over, all)
		if part := g.part(kind, all); len(part) > 0 {
			g.putAll(all, part)
		}
	})
}
