package main

import (
	"encoding/binary"
	"go/ast"
	"go/types"
	"slices"
)

// The analysis of a function body is an inclusion-based (Andersen's) points-to
// analysis: flow-insensitive and field-insensitive, within one declared
// function and the literals in it.
//
// Nodes stand for values: variables, expressions, results.  Objects stand for
// memory: what a parameter leads to (one object, however deep), the variables
// whose address is taken, every allocation, and all that the rest of the
// program can see (the heap).  A node has a set of objects that it may refer
// to; an object has a node for what is stored in it.

type (
	node int // index into graph.pts; node 0 never refers to anything
	obj  int // index into graph.objs
)

type object struct {
	in, out node     // what is stored goes in, what is loaded comes out; mostly the same node
	lit     *literal // for function literals of this body
	calls   bool     // callers know what calling it does: a parameter of function type, a function by name
	// plain memory leads to nothing that could be released: only names and more
	// plain memory are ever stored in it here.
	plain bool
	// text is a name: a string or a number that came out of something.
	text bool
	// memory is, for a parameter and the result of a call, the plain memory in
	// what it leads to, names the strings in it, numbers the numbers, and whole
	// the way back.  0 (which is the heap) for others.
	memory, names, numbers, whole obj
	fd                            obj // what ends with it by itself: the number of a file, a string that lies in its memory
	// within is the call whose callee has made it, and put it into something.
	within *invoke
	// fn is set for declared functions and methods that are used as values.
	fn *funcObject
	// gives are, for a parameter that is a function, what calling it gives, by result.
	gives []gift
	// fed is what a function that a call has returned is called with, as far as its summary
	// says what becomes of that.
	fed   bitset
	fedAt [3]int // when that was last followed
	origin
}

// A funcObject is a declared function as a value, or the method value of recv.
type funcObject struct {
	fn      *types.Func
	recv    *node
	way     way // from the first operand of T.M to what that acts on
	results []node
}

// An origin tells where an object comes from.
type origin struct {
	at     ast.Node   // what makes it: a literal, a call, a declaration
	typ    types.Type // its type, nil if it is not known
	v      *types.Var // the variable, for variables whose address is taken and for parameters
	call   *invoke    // the call that it is a result of
	result int        // which one
}

// A literal is a function literal, whose body is part of the graph.
type literal struct {
	decl     *ast.FuncLit
	params   []node
	variadic bool
	results  []node
}

// The first objects of every graph.
const (
	heap    obj = iota // what other goroutines and later calls can reach
	unknown            // what code can reach that nothing is known about
	lent               // what methods of interfaces got that by convention keep it no longer than the call
	told               // strings and numbers that other code has
	pooled             // what was given back to a pool, where the next who asks may get it
	over               // what goroutines have that go on only when a context has ended which is among that
)

type graph struct {
	pts  []bitset
	objs []object
	cons []constraint
	// self are the objects that something reachable from them may be stored into.
	self   bitset
	laid   bitset         // the objects that have memory
	plains bitset         // those that are plain: memory, strings and numbers
	texts  bitset         // those that are strings and numbers
	bare   bitset         // those that are not plain for their methods alone: as values of other types, without these, they are
	varied bitset         // those that methods of interfaces gave, or put into something, see typesAmong
	beyond map[obj]bitset // what is stored in the depths of parameters, see beyond.go and itself.go
	others bitset         // the heap, and what nothing is known about
	// overOthers are what the library has made of things that other code has: a writer that writes to os.Stdout.
	overOthers bitset
	version    int // counts the changes
	// solutions counts the calls of solve, between which summaries of callees may have grown.
	solutions int
	// frozen is, while the calls are applied one after the other, the version before
	// the first of them, plus one: answers to reach may be as old as that.
	frozen int
	work   int // how much the solutions have cost, see maxWork
	// settled is set when all flows are known, but for those through function
	// values that nothing was found for: yield in a literal that is returned.
	settled bool
	lits    []obj
	// reached has the answers of reach, led those of leads, parts those of part.
	reached, led answers
	offers       answers
	parts        [endKinds]answers
	condensation *condensation // of all that is stored
	leading      *condensation // of what is writable
	offering     *condensation // of what is offered
	spread       [endKinds]spread
	spelling     []byte
	stores       map[string]bool     // what putAll has done
	called       map[calledWith]bool // see calledBack
	calledAt     int                 // the version that it is about
	applied      []int               // by constraint, the version that it was last applied to, plus one
	isParam      bitset
	cells        bitset // variables that literals capture, or whose address is taken, and those of the latter kind
	addressed    bitset
	discreet     bitset // the literals that show nobody what they have, see isDiscreet
	tests        bitset // what the function was given that a test has
	immune       bitset // what no callee can store anything in, see putAll
	judging      bool   // the function's callers are out of sight
}

// A constraint adds to the sets of nodes what follows from the others.
type constraint interface{ apply(g *graph) }

func newGraph() *graph {
	g := &graph{stores: make(map[string]bool), beyond: make(map[obj]bitset)}
	g.newNode() // the empty one
	for _, o := range []obj{heap, unknown, lent} {
		g.newObject()
		g.point(g.objs[o].in, o) // what is reached from them is part of them
	}
	n := g.newNode()
	g.point(n, g.addObject(object{in: n, out: n, plain: true, text: true}))
	g.others.add(int(heap))
	g.others.add(int(unknown))
	g.point(g.objs[heap].in, told)
	g.point(g.objs[unknown].in, told)
	for _, o := range []obj{pooled, over} {
		g.point(g.objs[g.newObject()].in, o)
	}
	return g
}

func (g *graph) newNode() node {
	g.pts = append(g.pts, nil)
	return node(len(g.pts) - 1)
}

func (g *graph) newObject() obj {
	n := g.newNode()
	return g.addObject(object{in: n, out: n})
}

func (g *graph) addObject(o object) obj {
	g.objs = append(g.objs, o)
	if o.plain {
		g.plains.add(len(g.objs) - 1)
	}
	if o.text {
		g.texts.add(len(g.objs) - 1)
	}
	return obj(len(g.objs) - 1)
}

// fresh returns a node that refers to a new object, and the object.
func (g *graph) fresh() (node, obj) {
	o := g.newObject()
	n := g.newNode()
	g.point(n, o)
	return n, o
}

// of returns a node that refers to just o.
func (g *graph) of(o obj) node { return g.all(single(o)) }

// all returns a node that refers to just these objects, which is nothing new to any other.
func (g *graph) all(objs bitset) node {
	n := g.newNode()
	g.pts[n].union(objs)
	return n
}

// discard takes the node back that was made last, if nothing has been made since.
func (g *graph) discard(n node) {
	if int(n) == len(g.pts)-1 {
		g.pts = g.pts[:n]
	}
}

func (g *graph) add(c constraint) { g.cons = append(g.cons, c) }

func (g *graph) point(n node, o obj) {
	if g.pts[n].add(int(o)) {
		g.version++
	}
}

func (g *graph) include(n node, set bitset) {
	if n != 0 && g.pts[n].union(set) {
		g.version++
	}
}

// put stores a set in an object, or in whatever a parameter leads to.
func (g *graph) put(o obj, set bitset) {
	if whole := g.objs[o].whole; len(set) > 0 {
		for _, p := range [...]obj{o, whole} {
			if p != 0 && g.isParam.has(int(p)) {
				g.note(p, set)
			}
		}
	}
	g.fill(o, set)
}

// fill stores a set in an object itself.
func (g *graph) fill(o obj, set bitset) {
	if g.objs[o].plain {
		fits := g.plains // nothing else fits in
		if g.objs[o].text {
			fits = g.texts // a name is no place for an address
		} else if intersects(set, g.bare) {
			g.include(g.objs[o].in, set.and(g.bare))
		}
		if n := g.objs[o].in; n != 0 {
			if g.pts[n].unionAnd(set, fits) {
				g.version++
			}
			if !g.objs[o].text {
				g.include(n, set.and(g.others)) // the plain memory in that
			}
		}
		return
	}
	g.include(g.objs[o].in, set)
	if set.has(int(o)) {
		g.self.add(int(o))
	}
}

// putAll stores a set in each of some objects, where it stays: what a callee may do with all that it has, other than with
// a variable that literals have, as nobody has its address, and with a test, which keeps nothing but what it is given to
// clean up, and that everybody has.
func (g *graph) putAll(into, set bitset) {
	if intersects(into, g.immune) {
		into = into.without(g.immune)
	}
	g.storeAll(into, set)
}

// storeAll is putAll for whoever can store something in anything.
func (g *graph) storeAll(into, set bitset) {
	g.spelling = into.appendTo(binary.LittleEndian.AppendUint32(g.spelling[:0], uint32(len(into))))
	g.spelling = set.appendTo(g.spelling)
	if g.stores[string(g.spelling)] {
		return
	}
	g.stores[string(g.spelling)] = true
	into.each(func(o int) { g.put(obj(o), set) })
}

// reach returns all objects that can be reached from those in set.  The answers are
// kept while nothing changes, and belong to the graph.
func (g *graph) reach(set bitset) bitset {
	return g.recall(&g.reached, set, g.search)
}

// forget drops what is kept for further questions: most graphs of a package are never asked again.
func (g *graph) forget() {
	g.reached, g.led, g.offers, g.parts, g.spread = answers{}, answers{}, answers{}, [endKinds]answers{}, [endKinds]spread{}
	g.condensation, g.leading, g.offering, g.called, g.spelling = nil, nil, nil, nil, nil
	g.stores = make(map[string]bool)
}

// asOf is the version that answers must not be older than.
func (g *graph) asOf() int {
	if g.frozen > 0 {
		return g.frozen - 1
	}
	return g.version
}

// answers are those to a question about sets of objects at one version of the graph.
type answers struct {
	to map[string]bitset
	at int
}

// recall gives the answer for a set, found now or before.
func (g *graph) recall(known *answers, set bitset, find func(bitset) bitset) bitset {
	if at := g.asOf(); known.to == nil || known.at != at {
		known.to, known.at = make(map[string]bitset), at
	}
	g.spelling = set.appendTo(g.spelling[:0])
	answer, ok := known.to[string(g.spelling)]
	if !ok {
		key := string(g.spelling)
		answer = find(set)
		known.to[key] = answer
	}
	return answer
}

func (g *graph) search(set bitset) bitset {
	return g.condensed(&g.condensation, g.stored).from(set)
}

// descriptors are the numbers of file descriptors in what set leads to, with those that files were made of.
func (g *graph) descriptors(set bitset) bitset {
	var d bitset
	set.each(func(i int) {
		o := &g.objs[i]
		if o.fd != 0 {
			d.add(int(o.fd))
		}
		if o.call != nil && o.call.name == adopts {
			d.union(g.pts[o.call.args[0]])
		}
	})
	return d
}

// ownNames are the names that what is in a set came with.
func (g *graph) ownNames(set bitset) bitset {
	var names bitset
	set.each(func(i int) {
		switch o := &g.objs[i]; {
		case o.text:
		case i == int(heap) || i == int(unknown):
			names.add(int(told))
		case o.names != 0:
			names.add(int(o.names))
		}
	})
	return names
}

// textual are the strings and numbers among objects.
func (g *graph) textual(set bitset) bitset { return set.and(g.texts) }

// textless are the objects of both sets that are neither strings nor numbers.
func (g *graph) textless(a, b bitset) bitset {
	var both bitset
	a.each(func(i int) {
		if b.has(i) && !g.objs[i].text && i > int(lent) {
			both.add(i)
		}
	})
	return both
}

// leads returns what a callee may write to by way of the objects in set, see writable.
func (g *graph) leads(set bitset) bitset {
	return g.recall(&g.led, set, g.follow)
}

func (g *graph) follow(set bitset) bitset {
	return g.condensed(&g.leading, g.writable).from(set)
}

// makePlain says of a new object that it is plain.
func (g *graph) makePlain(o obj) {
	g.objs[o].plain = true
	g.plains.add(int(o))
}

// makeText says of a new object that it is strings or numbers.
func (g *graph) makeText(o obj) {
	g.makePlain(o)
	g.objs[o].text = true
	g.texts.add(int(o))
}

// lay puts plain memory into an object.
func (g *graph) lay(o, memory obj) {
	g.objs[o].memory = memory
	g.laid.add(int(o))
}

// withMemory adds the plain memory of what is in set.
func (g *graph) withMemory(set bitset) bitset {
	all := slices.Clone(set)
	set.and(g.laid).each(func(i int) { all.add(int(g.objs[i].memory)) })
	return all
}

func single(o obj) bitset {
	var s bitset
	s.add(int(o))
	return s
}

// The three constraints of every points-to analysis.
type (
	copyTo struct{ dst, src node } // dst = src
	load   struct{ dst, src node } // dst = *src
	store  struct {                // *dst = src
		dst, src node
		asGiven  bool // dst is a parameter that has the value which it was given
	}
)

func (c copyTo) apply(g *graph) { g.include(c.dst, g.pts[c.src]) }

func (c load) apply(g *graph) {
	g.pts[c.src].each(func(o int) { g.include(c.dst, g.pts[g.objs[o].out]) })
}

func (c store) apply(g *graph) {
	if intersects(g.pts[c.src], g.others) {
		g.layOver(g.pts[c.dst])
	}
	into := g.put
	if c.asGiven {
		into = g.fill
	}
	g.pts[c.dst].each(func(o int) { into(obj(o), g.pts[c.src]) })
}

// Who has a slice of bytes, or a pointer to a number, that lies within something
// larger cannot get at the rest of it.
type (
	narrow struct { // dst = src, of a type that leads to plain memory only
		dst, src       node
		words, numbers bool // with these in it
	}
	spell struct { // dst = src, of a type that holds strings and numbers only
		dst, src       node
		words, numbers bool // which of these
	}
	handle struct{ dst, src node } // dst = the descriptors in src, or strings that lie in its memory
	filter struct {                // dst = src, of a concrete type
		dst, src node
		typ      types.Type
		may      func(from, to types.Type) bool // whether a value made with from may be one of to, or lead to one
	}
	widen struct{ dst, src node } // dst = unsafe.Pointer(src), which can
)

func (c narrow) apply(g *graph) { g.include(c.dst, g.memory(g.pts[c.src], c.words, c.numbers)) }

func (c spell) apply(g *graph) { g.include(c.dst, g.text(g.pts[c.src], c.words, c.numbers)) }

func (c handle) apply(g *graph) { g.include(c.dst, g.descriptors(g.pts[c.src])) }

func (c filter) apply(g *graph) {
	g.pts[c.src].each(func(i int) {
		if o := &g.objs[i]; o.typ == nil || o.text || o.plain || o.v != nil && o.call == nil && !g.isParam.has(i) || c.may(o.typ, c.typ) {
			g.point(c.dst, obj(i))
		}
	})
}

func (c widen) apply(g *graph) {
	g.include(c.dst, g.pts[c.src])
	g.pts[c.src].each(func(o int) {
		if whole := g.objs[o].whole; whole != 0 {
			g.point(c.dst, whole)
		}
	})
}

// memory is the plain memory in a set of objects, with the names that may be in it.
func (g *graph) memory(set bitset, words, numbers bool) bitset {
	var m bitset
	m.unionAnd(set, g.bare)
	set.each(func(i int) {
		switch o := &g.objs[i]; {
		case o.plain || o.text || i == int(heap) || i == int(unknown):
			m.add(i)
		case o.memory != 0:
			m.add(int(o.memory))
			if words && o.names != 0 {
				m.add(int(o.names))
			}
			if numbers && o.numbers != 0 {
				m.add(int(o.numbers))
			}
		}
	})
	return m
}

// text is the strings and numbers in a set of objects.
func (g *graph) text(set bitset, words, numbers bool) bitset {
	var t bitset
	t.unionAnd(set, g.texts)
	set.without(g.texts).each(func(i int) {
		switch o := &g.objs[i]; {
		case i == int(heap) || i == int(unknown):
			t.add(int(told))
		default:
			if words && o.names != 0 {
				t.add(int(o.names))
			}
			if numbers && o.numbers != 0 {
				t.add(int(o.numbers))
			}
			t.unionAnd(g.pts[o.in], g.texts)
		}
	})
	return t
}

// copyTo, load and store with the trivial cases left out.

func (g *graph) assign(dst, src node) {
	if dst != 0 && src != 0 && dst != src {
		g.add(copyTo{dst, src})
	}
}

func (g *graph) load(src node) node {
	if src == 0 {
		return 0
	}
	n := g.newNode()
	g.add(load{n, src})
	return n
}

func (g *graph) store(dst, src node) {
	if dst != 0 && src != 0 {
		g.add(store{dst: dst, src: src})
	}
}

// Above these sizes a body, as it is read, is not analysed: nothing is known about it.
const (
	maxConstraints = 15_000
	maxObjects     = 3_000
	maxRounds      = 200
	// maxWork is how often constraints are applied to one body, all solutions together:
	// the largest generated functions would take minutes.
	maxWork = 600_000
)

// solve applies the constraints until nothing changes.
// It may be called again after summaries of callees have grown.
func (g *graph) solve() bool {
	if g.solutions == 0 && (len(g.cons) > maxConstraints || len(g.objs) > maxObjects) {
		return false
	}
	g.solutions++
	g.immune = g.cells.without(g.addressed)
	g.immune.union(g.tests)
	for i, c := range g.cons[:len(g.applied)] {
		if in, ok := c.(*invoke); ok {
			g.applied[i], in.done = 0, nil // what is known of the callee may be new
		}
	}
	for len(g.applied) < len(g.cons) {
		g.applied = append(g.applied, 0)
	}
	for round := 0; round < maxRounds; round++ {
		before := g.version
		if !g.flowOn() {
			return false
		}
		// What a call does depends on all that its operands lead to, which is dear to ask
		// after each change.  The answers of before the first call do: they are less than
		// the whole, and are asked again until nothing is new.
		g.frozen = g.version + 1
		for i, c := range g.cons {
			if isCall(c) {
				g.applyOne(i, c)
			}
		}
		g.feedKept()
		g.frozen = 0
		if g.work > maxWork {
			return false
		}
		if g.version == before {
			if g.settled {
				return true
			}
			g.settled = true
		}
	}
	return false
}

// flowOn applies all constraints but calls until nothing changes.
func (g *graph) flowOn() bool {
	for round := 0; round < maxRounds; round++ {
		before := g.version
		for i, c := range g.cons {
			if !isCall(c) {
				g.applyOne(i, c)
			}
		}
		if g.work > maxWork {
			return false
		}
		if g.version == before {
			return true
		}
	}
	return false
}

func isCall(c constraint) bool {
	switch c.(type) {
	case *invoke, *dynamic:
		return true
	}
	return false
}

// applyOne applies a constraint that there may be anything new to.
func (g *graph) applyOne(i int, c constraint) {
	if g.applied[i] == g.asOf()+1 && !g.unsettled(c) {
		return
	}
	g.applied[i] = g.asOf() + 1 // what has changed since then it has not seen
	g.work++
	c.apply(g)
}

// unsettled reports whether there may be more to a constraint once all flows are known.
func (g *graph) unsettled(c constraint) bool {
	switch c := c.(type) {
	case *dynamic:
		return true
	case *invoke:
		return c.waits() && g.settled
	}
	return false
}

// feedKept: a literal that other code can reach is called with anything.
func (g *graph) feedKept() {
	if len(g.lits) == 0 {
		return
	}
	for _, by := range []obj{heap, unknown} {
		kept := g.reach(single(by))
		for _, o := range g.lits {
			if kept.has(int(o)) {
				g.put(o, single(by))
			}
		}
	}
}
