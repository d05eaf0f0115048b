package main

import "go/types"

// Functions that are handed on: options, visitors, hooks.  A function that is given others, one by
// one or in a slice, may call them with what it has; what they do with that its callers know.  Of
// a function that a function has made and returned its summary says it: what becomes of what the
// result is called with, and what is stored there.

// handsFuncs reports whether values of type t are functions, or slices of them.
func handsFuncs(t types.Type) bool {
	if t == nil || isTypeParam(t) {
		return false
	}
	if s, ok := t.Underlying().(*types.Slice); ok {
		t = s.Elem()
	}
	return isFunc(t)
}

// functionsIn makes an object for the functions in a slice that is a parameter.
func (b *body) functionsIn(slice obj, t types.Type) {
	g := b.g
	o := g.newObject()
	g.objs[o].calls, g.objs[o].v, g.objs[o].typ = true, g.objs[slice].v, t
	g.isParam.add(int(o))
	g.point(g.objs[o].in, o)
	g.point(g.objs[slice].in, o)
	if b.elems == nil {
		b.elems = make(map[obj]obj)
	}
	b.elems[slice] = o
}

// hasParam reports whether a set has a parameter, or the functions in it.
func (b *body) hasParam(set bitset, p obj) bool {
	elem, ok := b.elems[p]
	return set.has(int(p)) || ok && set.has(int(elem))
}

// putInSlices are what is stored in slices of functions that are parameters, with all that it leads to.
func (b *body) putInSlices() bitset {
	var stored, all bitset
	for slice, elem := range b.elems {
		stored.union(b.g.pts[b.g.objs[slice].in].without(single(elem)))
	}
	all.union(b.g.reach(stored))
	return all
}

// feedAll is what happens when other code has functions, or slices of them, and calls them
// with anything in set.
func (g *graph) feedAll(functions, set bitset) {
	functions.each(func(i int) {
		o := &g.objs[i]
		if o.call == nil && !o.calls && o.typ != nil && !isFunc(o.typ) && handsFuncs(o.typ) {
			g.pts[o.in].each(func(k int) { g.feed(obj(k), set) })
			return
		}
		g.feed(obj(i), set)
	})
}

// feedMade is what happens when a function that a call has returned is called with anything in
// set; false if its summary does not say.
func (g *graph) feedMade(o obj, set bitset) bool {
	in, result := g.objs[o].call, g.objs[o].result
	if in == nil || in.std || !isFunc(g.objs[o].typ) || isInterfaceMethod(in.fn) || wellKnown[in.name] != nil {
		return false
	}
	sum := in.sums.lookup(in.name)
	if sum == nil || sum.unknown {
		return false
	}
	now := [3]int{g.solutions, g.asOf() + 1, g.version}
	if !g.objs[o].fed.union(set) && g.objs[o].fedAt == now {
		return true // nothing is new to it; it may be called by what it calls
	}
	g.objs[o].fedAt = now
	operands := g.reach(set)
	g.putAll(operands, g.reach(single(o)))
	called := end{ofCall, result}
	var carried bitset // into what the function is called with
	for _, e := range sum.edges {
		if e.to == called {
			if e.from == called {
				carried.union(operands)
			} else {
				carried.union(g.source(in, e.from))
			}
			continue
		}
		if e.from != called {
			continue
		}
		switch to := e.to; to.kind {
		case toHeap, toAwaited:
			g.put(heap, set)
		case toUnknown:
			g.put(unknown, set)
		case toLent:
			g.put(lent, set)
		case toOver:
			g.keepOver(set)
		case toPool:
			g.put(pooled, set)
		case toResult, inResult:
			if to.index < len(in.made) && in.made[to.index] != heap {
				g.put(in.made[to.index], set)
			}
		case ofGiven:
			in.putInGiven(g, to, set)
		case toParam, toItself:
			for i, arg := range in.args {
				switch {
				case in.sig.param(i) != to.index:
				case in.sig.isFunc[to.index]:
					g.feedAll(g.pts[arg], set)
				default:
					g.putAll(in.reach(g, i), set)
				}
			}
		}
	}
	if len(carried) == 0 {
		return true
	}
	operands.each(func(i int) {
		if made := g.objs[i].call != nil && isFunc(g.objs[i].typ); made && !pulls[g.objs[i].call.name] {
			g.feed(obj(i), carried)
		} else {
			g.put(obj(i), carried)
		}
	})
	return true
}

// feedResults calls the functions that are results with objects of their own, whatever these
// may be, and reports whether the graph is solved with that.
func (b *body) feedResults() bool {
	g := b.g
	for {
		before := g.version
		for i, r := range b.results {
			if i >= b.sigResults.Len() || !isFunc(b.sigResults.At(i).Type()) || g.pts[r].empty() {
				continue
			}
			if b.calledWith == nil {
				b.calledWith = make([]obj, len(b.results))
			}
			if b.calledWith[i] == 0 {
				o := g.newObject()
				g.objs[o].calls = true // if it is a function
				b.companions(o, types.NewInterfaceType(nil, nil))
				g.point(g.objs[o].in, o)
				b.calledWith[i] = o
			}
			g.pts[r].each(func(o int) { g.feed(obj(o), single(b.calledWith[i])) })
		}
		if g.version == before {
			return true
		}
		if !g.solve() {
			return false
		}
	}
}

// operandEdges adds the flows to an end of what results are called with.
func (b *body) operandEdges(set bitset, to end, edges []edge) []edge {
	g := b.g
	for i, o := range b.calledWith {
		if o == 0 {
			continue
		}
		from := end{ofCall, i}
		parts := g.withMemory(single(o))
		for _, text := range []obj{g.objs[o].names, g.objs[o].numbers, g.objs[o].fd} {
			parts.add(int(text))
		}
		if intersects(parts, set) && (from != to || g.self.has(int(o))) {
			edges = append(edges, edge{from, to})
		}
	}
	return edges
}
