package main

import (
	"go/ast"
	"go/types"
	"slices"
	"sort"
	"strings"
)

// maxSolves is how often the summary of one function may grow before nothing is
// said about it any more.
const maxSolves = 25

// summarize finds the summaries of a package's functions: the least solution,
// starting from "nothing flows" and growing until nothing changes, which is
// also right for functions that call each other.
func summarize(u *unit, sums *summaries) *summaries {
	u.localTypes()
	h := newFlowHolder(u)
	bodies := make(map[string]*body)
	for _, f := range u.files {
		for _, d := range f.Decls {
			if decl, ok := d.(*ast.FuncDecl); ok && decl.Body == nil && decl.Name.Name != "_" {
				if fn, ok := u.info.Defs[decl.Name].(*types.Func); ok {
					if s := bodyless(fn, decl, h); s != nil {
						sums.own[funcName(fn)] = s
					}
				}
			}
		}
	}
	tests := u.tests()
	decls := make(map[string]*ast.FuncDecl)
	for _, d := range u.functions() {
		switch {
		case d.name == u.pkg.Path()+".init":
		case tests[d.fn]:
			sums.own[d.name] = &summary{unknown: true}
		default:
			sums.own[d.name] = &summary{effects: newEffects()}
			decls[d.name] = d.decl
		}
	}
	sums.findPanicked(h)
	read := func(name string) *body { return newBody(u, h, sums, decls[name], false) }
	var pending []*types.Func
	for _, name := range sortedKeys(decls) {
		bodies[name] = read(name)
		if bodies[name].pends {
			pending = append(pending, bodies[name].declared())
		}
	}
	sums.findPending(pending)
	solveAll(sums, bodies, read)
	calmDown(u, sums)
	sums.family = newFamily(u, sums)
	return sums
}

// solveAll solves the bodies, which are given up, and read again if need be, once no other function waits that
// is solved with them: together they take more memory than all else.
func solveAll(sums *summaries, bodies map[string]*body, read func(name string) *body) {
	callers := make(map[string][]string)
	var names []string
	for name, b := range bodies {
		names = append(names, name)
		for callee := range b.callees {
			callers[callee] = append(callers[callee], name)
		}
	}
	sort.Strings(names)
	// The method of an interface may come to any of that name, and the library calls some of
	// what it is given.
	methods := make(map[string][]string)
	for _, name := range names {
		if i := strings.LastIndexByte(name, '.'); name[0] == '(' {
			methods[name[i:]] = append(methods[name[i:]], name)
			if libraryCalls(name[i+1:]) {
				callers[name] = append(callers[name], library)
			}
		}
		if bodies[name].asksLibrary() {
			callers[library] = append(callers[library], name)
		}
	}
	for _, name := range names {
		for method := range bodies[name].abstract {
			for _, callee := range methods["."+method] {
				callers[callee] = append(callers[callee], name)
			}
		}
	}
	for callee, list := range callers {
		slices.Sort(list) // the order of solutions, and so which of two witnesses is found first, stays the same
		callers[callee] = slices.Compact(list)
	}
	todo := newSchedule(names, callers, bodies)
	solves := make(map[string]int)
	dependents := make(map[string]map[string]bool) // by function, those whose summaries rest on its own
	for name, ok := todo.next(); ok; name, ok = todo.next() {
		if solves[name]++; solves[name] > maxSolves+1 {
			continue // unknown already
		}
		old := sums.own[name].key()
		sums.turn++
		sums.asked = nil
		b := bodies[name]
		if b == nil {
			b = read(name)
			bodies[name] = b
		}
		sum := b.summary(solves[name] > maxSolves)
		sums.own[name] = sum
		for _, callee := range sums.asked {
			if dependents[callee] == nil {
				dependents[callee] = make(map[string]bool)
			}
			dependents[callee][name] = true
		}
		if sum.key() != old {
			for _, other := range sortedKeys(dependents[name]) {
				todo.add(other)
			}
		}
		for _, done := range todo.over() {
			delete(bodies, done)
		}
	}
}

// tests are the functions that only go test calls: nothing in the package names them.  Nobody
// asks what such a function does, and there may be more of them than of all others.
func (u *unit) tests() map[*types.Func]bool {
	found := make(map[*types.Func]bool)
	for _, d := range u.functions() {
		if d.decl.Recv == nil && isTestName(d.fn.Name()) && strings.HasSuffix(u.fset.Position(d.decl.Pos()).Filename, "_test.go") {
			found[d.fn] = true
		}
	}
	if len(found) == 0 {
		return nil
	}
	for _, o := range u.info.Uses {
		if fn, ok := o.(*types.Func); ok {
			delete(found, fn)
		}
	}
	return found
}

func isTestName(name string) bool {
	for _, prefix := range []string{"Test", "Benchmark", "Fuzz", "Example"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// summary solves the graph and reads the flows between the function's ends off it.
func (b *body) summary(giveUp bool) *summary {
	s := &summary{recovers: b.recovers}
	g := b.g
	defer b.forgetReceivers() // what is known of callees may be new the next time
	defer g.forget()
	b.made, b.planting = madeTypes{}, nil
	if giveUp || !g.solve() || !b.feedResults() {
		s.unknown = true
		return s
	}
	c := newCollector(b, b.sums)
	c.walk(b.decl.(*ast.FuncDecl).Body)
	s.effects = c.effects()
	s.effects.later = b.resultEffects(b.sums)
	fn := b.declared()
	if b.sums.pends(fn) {
		s.effects.add(pends, "")
	}
	if b.sums.stopsPanics(fn) {
		s.effects.add(stops, "")
	}
	b.freshResults(s.effects)
	b.toldOthers(s.effects)
	b.resultTypes(s.effects)
	b.ownedResults(s.effects)
	b.relayedResults(s.effects)
	b.resultInsides(s.effects)
	flow := func(set bitset, to end) {
		for i, p := range b.params {
			if p < 0 || !b.hasParam(set, p) {
				continue
			}
			if from := (end{toParam, i}); from != to {
				s.edges = append(s.edges, edge{from, to})
			} else {
				s.edges = b.movesWithin(i, s.edges)
			}
		}
		for i, p := range b.params {
			if p < 0 || b.hasParam(set, p) {
				continue
			}
			s.edges = b.givenEdges(set, i, to, s.edges)
			if m := g.objs[p].memory; m != 0 && set.has(int(m)) && to != (end{toParam, i}) {
				s.edges = append(s.edges, edge{end{ofMemory, i}, to})
			}
			if t := g.objs[p].names; t != 0 && set.has(int(t)) && to != (end{toParam, i}) {
				s.edges = append(s.edges, edge{end{ofText, i}, to})
			}
			if t := g.objs[p].numbers; t != 0 && set.has(int(t)) && to != (end{toParam, i}) {
				s.edges = append(s.edges, edge{end{ofNumber, i}, to})
			}
			if t := g.objs[p].fd; t != 0 && set.has(int(t)) {
				s.edges = append(s.edges, edge{end{ofDescriptor, i}, to})
			}
		}
		s.edges = b.operandEdges(set, to, s.edges)
		for i, r := range b.results {
			if (to.kind == toResult || to.kind == inResult) && to.index == i {
				continue
			}
			mine := g.pts[r]
			if to.kind == inResult && b.u.standard(b.u.pkg) {
				mine = g.reach(mine) // both results may lead to what the function has made
			}
			if b.madeHere(mine.without(g.textual(mine)), set) || to.kind != toResult && to.kind != inResult && b.madeHere(b.ownDescriptors(mine), set) {
				s.edges = append(s.edges, edge{end{toResult, i}, to})
			}
		}
		if set.has(int(told)) && !set.has(int(heap)) && !set.has(int(unknown)) && to.kind != toLent && to.kind != toPool && to.kind != toOver && to.kind != toAwaited {
			s.edges = append(s.edges, edge{end{kind: ofOthers}, to})
		}
		for by, kind := range map[obj]endKind{heap: toHeap, unknown: toUnknown} {
			if set.has(int(by)) && to.kind != toHeap && to.kind != toUnknown && to.kind != toLent && to.kind != toPool && to.kind != toOver && to.kind != toAwaited {
				s.edges = append(s.edges, edge{end{kind: kind}, to})
			}
		}
	}
	ends := b.ends()
	for _, e := range ends {
		flow(e.has, e.end)
	}
	if !b.u.standard(b.u.pkg) { // of the library its documentation says it
		s.edges = append(s.edges, b.sharedEdges(ends)...)
	}
	shallow := make([]bool, len(b.params))
	for i := range b.params {
		shallow[i] = b.shallow(i)
	}
	for i := range s.edges {
		if to := &s.edges[i].to; to.kind == toParam && shallow[to.index] {
			to.kind = toItself
		}
	}
	sort.Slice(s.edges, func(i, j int) bool {
		return s.edges[i].from.String()+s.edges[i].to.String() < s.edges[j].from.String()+s.edges[j].to.String()
	})
	return s
}

// A holding is what an end of the function leads to when the function is over.
type holding struct {
	end
	has bitset
}

func (b *body) ends() []holding {
	g := b.g
	var list []holding
	add := func(e end, has bitset) { list = append(list, holding{e, has}) }
	for i, p := range b.params {
		if elem, ok := b.elems[p]; ok {
			add(end{toParam, i}, g.reach(single(elem)))
		} else if p >= 0 && len(g.objs[p].gives) > 0 {
			called := single(p)
			called.union(g.reach(g.handedIn(p)))
			add(end{toParam, i}, called)
		} else if p >= 0 {
			add(end{toParam, i}, g.reach(g.withMemory(single(p))))
		}
	}
	b.eachGiven(func(i, k int, of gift) { add(givenEnd(ofGiven, i, k), g.reach(g.partsOf(of))) })
	for i, r := range b.results {
		itself := g.pts[r]
		add(end{toResult, i}, itself)
		add(end{inResult, i}, g.reach(itself).without(itself))
	}
	for i, o := range b.calledWith {
		if o != 0 {
			add(end{ofCall, i}, g.reach(g.withMemory(single(o))))
		}
	}
	add(end{kind: toHeap}, g.reach(single(heap)))
	others := b.putInSlices()
	others.union(g.reach(single(unknown)))
	add(end{kind: toUnknown}, others)
	add(end{kind: toLent}, g.reach(single(lent)))
	add(end{kind: toPool}, g.reach(single(pooled)))
	if gone := g.reach(single(over)); gone.size() > 1 {
		add(end{kind: toOver}, gone)
	}
	for _, s := range b.spawns {
		if s.awaited > 0 {
			add(end{toAwaited, s.awaited - 1}, g.reach(single(s.keeps)))
		}
	}
	return list
}

// sharedEdges are the flows of what the function has made and put into several of its ends, and
// that is no result itself: a part of what it returns that it has also put on a list.
func (b *body) sharedEdges(ends []holding) []edge {
	var once, shared, theirs bitset // theirs: what callers have a part in
	for _, e := range ends {
		switch e.kind {
		case toResult:
			continue // it has an object of its own
		case toParam, inResult, ofCall, ofGiven:
			theirs.union(e.has)
		}
		shared.union(once.and(e.has))
		once.union(e.has)
	}
	shared = b.ownMaking(shared.and(theirs))
	var edges []edge
	for _, e := range ends {
		if e.kind != toResult && intersects(e.has, shared) {
			edges = append(edges, edge{end{kind: ofMade}, e.end})
		}
	}
	for i, set := range b.plants() {
		called := false
		set.each(func(o int) { called = called || b.mayBeCalled(obj(o)) })
		if called {
			edges = append(edges, edge{end{ofMade, i + 1}, end{toParam, i}})
		}
	}
	return edges
}

// ownMaking is what of a set the function has made, and is no result itself: neither what it
// was given, nor what others had before, nor names.
func (b *body) ownMaking(set bitset) bitset {
	var not bitset
	for _, r := range b.results {
		not.union(b.g.pts[r])
	}
	for i := range int(pooled) + 1 {
		not.add(i)
	}
	given := func(o obj) {
		if o > 0 {
			not.add(int(o))
			of := &b.g.objs[o]
			for _, part := range []obj{of.memory, of.names, of.numbers, of.fd, of.whole} {
				not.add(int(part))
			}
		}
	}
	for _, p := range b.params {
		given(p)
		given(b.elems[p])
	}
	not.union(b.given.all)
	for _, o := range b.calledWith {
		given(o)
	}
	set = set.without(not)
	return set.without(b.g.textual(set))
}

// ownDescriptors are the numbers of files that the function has opened.
func (b *body) ownDescriptors(files bitset) bitset {
	return b.g.descriptors(files.without(b.fromOutside()))
}

// madeHere reports whether set has anything that a result may be and that is
// neither from the caller nor from elsewhere.
func (b *body) madeHere(result, set bitset) bool {
	found := false
	result.each(func(o int) {
		if obj(o) == heap || obj(o) == unknown || obj(o) == pooled || !set.has(o) {
			return
		}
		for _, p := range b.params {
			if p >= 0 && (b.hasParam(single(obj(o)), p) || int(b.g.objs[p].memory) == o || int(b.g.objs[p].names) == o || int(b.g.objs[p].numbers) == o) {
				return
			}
		}
		found = found || !b.given.all.has(o)
	})
	return found
}
