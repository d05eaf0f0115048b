package main

// A condensation has, of the graph of objects and what is stored in them, the strongly
// connected components and what each leads to.  Objects that are stored in one another,
// as are those of most methods of a large type, have one answer.
type condensation struct {
	at    int      // the graph's version
	of    []int    // by object, its component
	reach []bitset // by component, all that its objects lead to, they included
}

// condensed finds the components by Tarjan's algorithm, once for each version of the graph.
func (g *graph) condensed() *condensation {
	if c := g.condensation; c != nil && c.at == g.asOf() && len(c.of) == len(g.objs) {
		return c
	}
	t := tarjan{
		g: g, condensation: &condensation{at: g.asOf(), of: make([]int, len(g.objs))},
		number: make([]int, len(g.objs)), low: make([]int, len(g.objs)),
	}
	for o := range g.objs {
		if t.number[o] == 0 {
			t.visit(o)
		}
	}
	g.condensation = t.condensation
	return t.condensation
}

type tarjan struct {
	*condensation
	g           *graph
	number, low []int // in order of visits, from 1; low is 0 once the component is known
	count       int
	stack       []int
}

func (t *tarjan) visit(o int) {
	t.count++
	t.number[o], t.low[o] = t.count, t.count
	t.stack = append(t.stack, o)
	object := &t.g.objs[o]
	next := func(p int) {
		if t.number[p] == 0 {
			t.visit(p)
		}
		if low := t.low[p]; low > 0 {
			t.low[o] = min(t.low[o], low)
		}
	}
	t.g.pts[object.in].each(next)
	if object.out != object.in {
		t.g.pts[object.out].each(next)
	}
	if t.low[o] < t.number[o] {
		return
	}
	var all bitset
	bottom := len(t.stack) - 1
	for t.stack[bottom] != o {
		bottom--
	}
	members := t.stack[bottom:]
	for _, m := range members {
		all.add(m)
	}
	for _, m := range members {
		t.of[m] = len(t.reach)
		t.low[m] = 0
	}
	for _, m := range members {
		object := &t.g.objs[m]
		add := func(p int) {
			if !all.has(p) {
				all.union(t.reach[t.of[p]])
			}
		}
		t.g.pts[object.in].each(add)
		if object.out != object.in {
			t.g.pts[object.out].each(add)
		}
	}
	t.reach = append(t.reach, all)
	t.stack = t.stack[:bottom]
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
