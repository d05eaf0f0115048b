package main

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"
)

// invoke is a call of a function that has, or may have, a summary.
type invoke struct {
	fn      *types.Func
	sums    *summaries
	name    string
	absent  *summary // what counts if there is no summary; nil: nothing is known
	args    []node   // by operand: the receiver first
	sig     *shape
	results []node // 0 for results that hold nothing
	made    []obj  // for each result, the memory that the call may have allocated
	// constructs: a function of the standard library that returns something that can
	// be closed beside an error gives a new one each time.
	constructs bool
	std        bool              // the callee is of the standard library
	brief      []bool            // by parameter: a reader, writer or context that the library uses during the call only
	methods    map[string]string // by type: what the method of an interface may come to
	reached    []bitset          // what each operand led to when it was last asked
	asked      []int             // and the graph's version then, plus one
	done       []extent          // by operand, how much of it the flows were applied to
	body       *body             // that it stands in
	at         ast.Node
	wanted     []*methodNames // see called
	retains    bool           // and one of its functions that let others know a name: os.Setenv
	errors     []bool         // which results are errors; one of the library's is made of what is stated only
	holders    []bool         // which results have a field that is an error
	givesBack  obj            // has, in the place of the pools, what a deferred call gives back to one; 0: the pools
	spawns     obj            // has, in the place of the heap, what a group's goroutine is given; 0: the heap
	awaits     *spawn         // has what goroutines of the callee have that may be waited for, see awaited.go; nil: others have it
	converts   bool           // it calls what converts a value to be stored, and rests on what that is documented to do: see valuers.go
	relays     bool           // it gives what functions give which it is given, if they give anything
	shares     map[int]obj    // what the callee has made and put into its ends, see ofMade
}

// shape is what mapping operands to parameters needs to know.
type shape struct {
	params   int    // the receiver included
	variadic bool   // the last parameter takes all further operands
	isFunc   []bool // by parameter: its callers know what calling it does, see handsFuncs
}

func shapeOf(sig *types.Signature, method bool) *shape {
	s := &shape{variadic: sig.Variadic()}
	if method {
		s.isFunc = append(s.isFunc, sig.Recv() != nil && handsFuncs(sig.Recv().Type()))
	}
	for i := 0; i < sig.Params().Len(); i++ {
		s.isFunc = append(s.isFunc, handsFuncs(sig.Params().At(i).Type()))
	}
	s.params = len(s.isFunc)
	return s
}

// param is the parameter that operand i goes to, -1 if there is none.
func (s *shape) param(i int) int {
	if i < s.params {
		return i
	}
	if s.variadic {
		return s.params - 1
	}
	return -1
}

// abstract reports whether it is a method of an interface that is called.
func (c *invoke) abstract() bool { return isInterfaceMethod(c.fn) && len(c.args) > 0 }

// An extent is how many objects an operand refers to, all that they lead to, and how many types
// are in sight for that; for methods that are called of some of it also how much is stored in each.
// These only grow, and what a call does depends on nothing else.
type extent struct {
	size, types, stored int
	reached             bitset
}

// grown reports whether operands lead to more than when the call was last applied, and
// keeps what they lead to now.
func (c *invoke) grown(g *graph) bool {
	grown := c.done == nil
	if grown {
		c.done = make([]extent, len(c.args))
	}
	for i, arg := range c.args {
		now := extent{size: g.pts[arg].size(), types: c.body.typesAmong(c.reach(g, i)), reached: c.reach(g, i)}
		if len(c.called(i)) > 0 {
			now.stored = g.storedIn(now.reached)
			if g.asOf() != g.version {
				now.stored = -1 // the answers are older than that
			}
		}
		if now.size != c.done[i].size || now.types != c.done[i].types || now.stored != c.done[i].stored || !now.reached.equal(c.done[i].reached) {
			c.done[i], grown = now, true
		}
	}
	return grown
}

// storedIn is how much is stored in some objects, each for itself.
func (g *graph) storedIn(set bitset) (n int) {
	set.each(func(i int) {
		o := &g.objs[i]
		n += g.pts[o.in].size()
		if o.out != o.in {
			n += g.pts[o.out].size()
		}
	})
	return n
}

func (c *invoke) apply(g *graph) {
	if !c.grown(g) && !(c.waits() && g.settled) && !(c.std && len(c.sums.implementers(c.fn)) > 0) { // those are called on what others keep
		return
	}
	if c.body.keptAtPanic(c.fn) {
		for _, arg := range c.args {
			g.put(heap, g.pts[arg])
		}
	}
	sum := c.sums.lookup(c.name)
	if sum == nil {
		sum = c.absent
	}
	if sum == nil || sum.unknown {
		g.unknownCall(nil, c.args, c.withoutErrors())
		return
	}
	c.relays = false
	for i, r := range c.results {
		switch {
		case r == 0 || g.objs[c.made[i]].text && sum.givesBack(i):
		case sum.effects != nil && sum.effects.relayed[i] && (!g.settled || len(c.relayed(g, sum, i)) > 0):
			c.relays = true
		default:
			g.point(r, c.made[i])
		}
	}
	c.flows(g, sum)
	c.serve(g)
	c.callbacks(g)
	if !c.abstract() {
		return
	}
	for i := 1; i < len(c.args); i++ {
		if len(g.pts[c.args[i]]) > 0 && c.keptInSight(i) {
			g.put(unknown, g.pts[c.args[i]])
		}
	}
	c.errorsInSight(g)
	// What is said of the interface's method holds beside what the bodies in sight say.
	g.pts[c.args[0]].each(func(o int) {
		if g.objs[o].lit != nil || g.objs[o].fn != nil { // a function with methods, as http.HandlerFunc: they call it
			for i := 1; i < len(c.args); i++ {
				g.feed(obj(o), c.reach(g, i))
			}
		}
		for _, t := range c.dispatched(obj(o)) {
			name, ok := c.methods[t]
			if !ok {
				if c.methods == nil {
					c.methods = make(map[string]string)
				}
				name, _ = c.body.methodOf(t, c.fn.Name())
				c.methods[t] = name
			}
			if own := c.sums.lookup(name); own != nil && !own.unknown {
				c.flows(g, own)
			}
		}
	})
}

// dispatched are the types that the receiver of an interface's method may be made with, as far as the method
// of one may do more with its operands than is said of the interface's: where nothing is said of that, the
// library's own types count, too.
func (c *invoke) dispatched(o obj) []string {
	var list []string
	if wellKnown[c.name] != nil {
		list = c.body.inSight(o)
	} else {
		list, _ = c.body.possibleTypes(o)
	}
	if list == nil {
		list = c.body.insideOf(o) // it may be a part of what a callee has made
	}
	return list
}

// withoutErrors are the results but for errors, which of functions that are not known hold nothing.
func (c *invoke) withoutErrors() []node {
	list := slices.Clone(c.results)
	for i := range list {
		if c.errors[i] {
			list[i] = 0
		}
	}
	return list
}

// flows applies the edges of a summary.
func (c *invoke) flows(g *graph, sum *summary) {
	for _, e := range sum.edges {
		if (c.constructs || c.name == adopts && c.ownNumber(g)) && e.to.kind == toResult && (e.from.kind == toHeap || e.from.kind == toUnknown) {
			continue
		}
		set := g.source(c, e.from)
		if c.name == "fmt.Errorf" && e.to.kind == inResult && !c.wraps() {
			set = g.text(set, true, true)
		}
		if c.name == takesOut && e.to.kind == toResult && !c.body.u.poolShares(c.at) {
			set = set.without(c.body.fromOutside())
		}
		if c.std && !c.retains && (e.to.kind == toHeap || e.to.kind == toUnknown) {
			set = set.without(g.textual(set)) // the library keeps no names
			if e.from.kind == toParam && c.isBrief(e.from.index) {
				continue
			}
		}
		if len(set) == 0 {
			continue
		}
		switch to := e.to; to.kind {
		case toHeap:
			g.put(max(heap, c.spawns), set)
		case toUnknown:
			g.put(unknown, set)
		case toLent:
			g.put(lent, set)
		case toOver:
			g.keepOver(set)
		case toAwaited:
			g.put(c.awaited(to.index), set)
		case toPool:
			if e.from.kind == toParam && c.isBrief(e.from.index) {
				continue // what the library keeps for itself to use again it has emptied
			}
			g.put(max(pooled, c.givesBack), set)
		case toResult, inResult:
			if to.index < len(c.results) && c.results[to.index] != 0 && !(c.std && c.errors[to.index] && !statesError(c.fn, to.index)) {
				if to.kind == toResult {
					g.include(c.results[to.index], set)
				}
				g.put(c.made[to.index], set)
				if c.std && c.givenOthers(g, e.from) {
					g.layOver(single(c.made[to.index]))
				}
			}
		case ofGiven:
			c.putInGiven(g, to, set)
		case toParam, toItself:
			for i, arg := range c.args {
				if c.sig.param(i) != to.index {
					continue
				}
				into := c.reach(g, i)
				if to.kind == toItself && !c.abstract() { // the method of an interface may act on what the type embeds
					into = g.withMemory(g.pts[arg])
				}
				if c.sig.isFunc[to.index] {
					g.feedAll(g.pts[arg], set)
					continue
				}
				if c.std && c.givenOthers(g, e.from) {
					g.layOver(g.pts[arg])
				}
				switch {
				case c.std && c.fn.Pkg().Path() == "testing":
					g.storeAll(into, set)
				case c.std && e.from.kind == ofMemory && c.pointsToBasic(i):
					g.putAll(into, g.textual(set)) // the library copies
				case to.kind == toItself && c.asGiven(i):
					into.without(g.immune).each(func(o int) { g.fill(obj(o), set) })
				default:
					g.putAll(into, set)
				}
			}
		}
	}
}

// wraps reports whether the error that fmt.Errorf makes may have others of its operands than their text: its format says %w, or is not
// written where it is called.
func (c *invoke) wraps() bool {
	call, ok := c.at.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return true
	}
	format := c.body.u.info.Types[call.Args[0]].Value
	if format == nil || format.Kind() != constant.String {
		return true
	}
	for i, verb := range strings.Split(constant.StringVal(format), "%") {
		if verb = strings.TrimLeft(verb, "+-# 0123456789.*[]"); i > 0 && strings.HasPrefix(verb, "w") {
			return true
		}
	}
	return false
}

// givenOthers reports whether an operand of the library's is itself what other code has, as os.Stdout is, and no context.
func (c *invoke) givenOthers(g *graph, from end) bool {
	if from.kind != toParam || isContext(operandType(c.fn, from.index)) {
		return false
	}
	for i, arg := range c.args {
		if c.sig.param(i) == from.index && (g.pts[arg].has(int(heap)) || g.pts[arg].has(int(unknown))) {
			return true
		}
	}
	return false
}

// asGiven reports whether an operand is a parameter of the function that calls, as it was given, and acted on itself.
func (c *invoke) asGiven(i int) bool {
	call, ok := c.at.(*ast.CallExpr)
	if !ok || c.abstract() {
		return false
	}
	exprs := c.body.u.operandExprs(call)
	return i < len(exprs) && c.body.asGiven(exprs[i]) && (i > 0 || len(c.body.u.wayOf(c.body.u.callee(call)).steps) == 0)
}

// adopts makes a file of a descriptor that somebody else may have.
const adopts = "os.NewFile"

// waits reports whether what the call gives may be less until all flows are known.
func (c *invoke) waits() bool { return c.relays || c.name == adopts }

// ownNumber reports whether the system has chosen all that the first operand may be, for a call in the function, which is judged, and
// none for a socket: whoever binds one gives it a name that others may know.
func (c *invoke) ownNumber(g *graph) bool {
	numbers := g.pts[c.args[0]]
	own := g.judging && (!g.settled || !numbers.empty())
	numbers.each(func(i int) {
		o := &g.objs[i]
		own = own && o.call != nil && c.body.makesName(c.sums, o.call, o.at, o.result)
		if own {
			contract := c.sums.contractOf(o.call.fn)
			own = contract != nil && contract.does&network == 0
		}
	})
	return own
}

// keepOver is what happens to what a goroutine has that goes on only when a context has ended: where the callers of the function
// at hand are out of sight, what package context has made with no others is nobody's any more, and all else others have.
// One that has another as a value, or may have, gives that.
func (g *graph) keepOver(set bitset) {
	valued := false
	set.each(func(i int) {
		if call := g.objs[i].call; call != nil && funcName(call.fn) == "context.WithValue" && len(call.args) == 3 {
			g.reach(g.pts[call.args[2]]).without(g.texts).each(func(k int) {
				in := g.objs[k].call
				valued = valued || !g.judging || in.ofContexts()
			})
		}
	})
	if valued {
		g.put(heap, set)
		return
	}
	g.put(over, set)
	if !g.judging {
		return
	}
	set.without(g.texts).each(func(i int) {
		if !g.objs[i].call.ofContexts() {
			g.put(heap, single(obj(i)))
		}
	})
}

// ofContexts reports whether it is one of a function of package context, or of a context's method; false for no call.
func (c *invoke) ofContexts() bool {
	return c != nil && c.fn.Pkg() != nil && c.fn.Pkg().Path() == "context"
}

// pointsToBasic reports whether an operand is a pointer to a string, a number or a bool, by how it is written.
func (c *invoke) pointsToBasic(i int) bool {
	call, ok := c.at.(*ast.CallExpr)
	if !ok || call.Ellipsis.IsValid() {
		return false
	}
	exprs := c.body.u.operandExprs(call)
	if i >= len(exprs) {
		return false
	}
	elem := pointee(c.body.typeOf(exprs[i]))
	if elem == nil {
		return false
	}
	basic, ok := elem.Underlying().(*types.Basic)
	return ok && basic.Kind() != types.UnsafePointer && basic.Kind() != types.Uintptr
}

// isBrief reports whether a parameter is a reader, writer or context that the library uses
// during the call only.
func (c *invoke) isBrief(param int) bool { return param < len(c.brief) && c.brief[param] }

// keptInSight reports whether, of the package's methods that the call of an interface's may come to, one keeps an operand that
// by convention no such method does; where that is a context, a request or a response, methods of imported packages count, too.
func (c *invoke) keptInSight(operand int) bool {
	kept := false
	sums := make([]*summary, 0, 8)
	for _, full := range c.sums.namesakes(c.fn) {
		sums = append(sums, c.sums.ownOf(full))
	}
	if t := operandType(c.fn, operand); isContext(t) || isExchange(t) {
		sums = append(sums, c.sums.implementersAbroad(c.fn)...)
	}
	for _, sum := range sums {
		for _, e := range sum.edges {
			if e.from.param() == operand && (e.from.kind == toParam || e.from.kind == ofMemory || e.from.kind == ofGiven || e.from.kind == inGiven) {
				kept = kept || e.to.kind == toHeap || e.to.kind == toAwaited || e.to.kind == toUnknown || e.to.intoOperand(0)
			}
		}
	}
	return kept
}

// errorsInSight: what the errors are made of that the package's methods give to which the call of an interface's may come.
func (c *invoke) errorsInSight(g *graph) {
	for _, full := range c.sums.namesakes(c.fn) {
		for _, e := range c.sums.ownOf(full).edges {
			k := e.to.index
			if !e.from.ofOperand() || e.from.index == 0 || e.to.kind != toResult && e.to.kind != inResult || k >= len(c.results) || c.results[k] == 0 || !c.errors[k] {
				continue
			}
			set := g.source(c, e.from)
			g.put(c.made[k], set)
			if e.to.kind == toResult {
				g.include(c.results[k], set)
			}
		}
	}
}

// reach is all that an operand leads to.
func (c *invoke) reach(g *graph, i int) bitset {
	if c.asked == nil {
		c.asked, c.reached = make([]int, len(c.args)), make([]bitset, len(c.args))
	}
	if at := g.asOf() + 1; c.asked[i] != at {
		c.reached[i], c.asked[i] = g.reach(g.pts[c.args[i]]), at
	}
	return c.reached[i]
}

// givesBack reports whether a result is, or is made of, what the callee was given.
func (s *summary) givesBack(result int) bool {
	for _, e := range s.edges {
		if e.to == (end{toResult, result}) && e.from.kind != toHeap && e.from.kind != toUnknown && e.from.kind != ofOthers && e.from.kind != toResult && e.from.kind != ofCall && e.from.kind != ofMade {
			return true
		}
	}
	return false
}

// source is all that an edge carries: a callee may take things out of what it is given.
func (g *graph) source(c *invoke, from end) bitset {
	switch from.kind {
	case ofCall:
		return nil // see feedMade
	case toHeap:
		return single(heap)
	case toUnknown:
		return single(unknown)
	case ofOthers:
		return single(told)
	case ofMade:
		return c.shared(g, from.index)
	case toResult:
		if from.index < len(c.made) && c.results[from.index] != 0 {
			return single(c.made[from.index])
		}
		return nil
	}
	var set bitset
	for i, arg := range c.args {
		switch {
		case c.sig.param(i) != from.param():
		case from.kind == ofGiven:
			set.union(g.given(g.pts[arg], from.index%maxGiven))
		case from.kind == inGiven:
			set.union(g.reach(g.given(g.pts[arg], from.index%maxGiven)))
		case from.kind == inResult:
			set.union(g.reach(g.within(g.pts[arg])))
		default:
			set.union(c.offered(g, i))
		}
	}
	return g.part(from.kind, set)
}

// shared is what the callee has made and put into its ends, be it plain memory or not.
func (c *invoke) shared(g *graph, index int) bitset {
	o, ok := c.shares[index]
	if !ok {
		o = g.newObject()
		g.objs[o].at, g.objs[o].within = c.at, c
		if c.abstract() {
			g.varied.add(int(o))
		}
		g.point(g.objs[o].in, o) // it stands for all that it leads to
		n := g.newNode()
		m := g.addObject(object{in: n, out: n, plain: true, whole: o, origin: g.objs[o].origin})
		g.lay(o, m)
		g.point(n, m)
		if c.shares == nil {
			c.shares = make(map[int]obj)
		}
		c.shares[index] = o
	}
	return g.withMemory(single(o))
}

// within is what lies in some objects.  What the library has made stands for itself alone, everything else for what it
// was made with as well.
func (g *graph) within(objs bitset) (set bitset) {
	objs.each(func(o int) {
		if in := g.pts[g.objs[o].out]; g.objs[o].call != nil && g.objs[o].call.std {
			set.union(in.without(single(obj(o))))
		} else {
			set.union(in)
		}
	})
	return set
}

// part is what a flow that begins at a place of this kind carries of all that
// something leads to.  The answers are kept as those of reach are.
func (g *graph) part(kind endKind, set bitset) bitset {
	var find func(bitset) bitset
	switch kind {
	case ofMemory:
		find = func(set bitset) bitset { return g.memory(set, true, true) }
	case ofText:
		find = func(set bitset) bitset { return g.text(set, true, false) }
	case ofNumber:
		find = func(set bitset) bitset { return g.text(set, false, true) }
	case ofName:
		find = g.ownNames
	case ofDescriptor:
		find = g.descriptors
	default:
		return set
	}
	return g.recall(&g.parts[kind], set, find)
}

// unknownCall: any operand may be kept, given back, or stored in any other.
func (g *graph) unknownCall(c *dynamic, args, results []node) {
	for i, arg := range args {
		if len(g.pts[arg]) == 0 {
			continue
		}
		if c != nil && i < len(c.briefly) && c.briefly[i] {
			g.put(lent, g.pts[arg])
			continue
		}
		g.put(unknown, g.pts[arg])
		g.putAll(g.reach(g.pts[arg]), single(unknown))
	}
	for i, r := range results {
		if r != 0 && !(c != nil && i < len(c.errors) && c.errors[i]) {
			g.point(r, unknown)
			if c != nil && i < len(c.made) {
				g.point(r, c.made[i])
			}
		}
	}
}

// feed is what happens when other code calls o with anything in set.
func (g *graph) feed(o obj, set bitset) {
	if g.objs[o].lit != nil || g.objs[o].calls {
		g.put(o, set)
		return
	}
	if g.feedMade(o, set) {
		return
	}
	g.put(unknown, set)
	g.put(o, single(unknown))
}

// pulls are functions whose results stand for what is called back, too, see known.txt.
var pulls = map[string]bool{"iter.Pull": true, "iter.Pull2": true}

// dynamic is a call of a function value.
type dynamic struct {
	fn            node
	args, results []node
	made          []obj  // for each result, what the call may have made, if nothing is known of it
	briefly       []bool // for each operand, whether it is by convention used during the call only
	errors        []bool // for each result, whether it is an error: of unknown functions, one holds nothing
}

func (c *dynamic) apply(g *graph) {
	if g.settled && len(g.pts[c.fn]) == 0 {
		g.unknownCall(c, c.args, c.results)
	}
	g.pts[c.fn].each(func(i int) {
		o := g.objs[i]
		switch {
		case o.lit != nil:
			o.lit.call(g, c.args, c.results)
		case o.calls:
			for k, arg := range c.args {
				if g.judging && g.isParam.has(i) && k < len(c.briefly) && c.briefly[k] {
					g.put(lent, g.pts[arg])
				} else {
					g.put(obj(i), g.pts[arg])
				}
			}
			for k, r := range c.results {
				if g.judging && g.isParam.has(i) && k < len(c.errors) && c.errors[k] {
					continue
				}
				if len(o.gives) > 0 {
					g.include(r, g.calledFor(obj(i), k))
					continue
				}
				g.include(r, g.pts[o.out])
				if g.judging && r != 0 && k < len(c.made) {
					g.point(r, c.made[k])
				}
			}
		case o.call != nil && pulls[o.call.name]:
			for _, arg := range c.args {
				g.put(obj(i), g.pts[arg]) // what is yielded is what whoever pulls gets
			}
			for _, r := range c.results {
				g.include(r, g.pts[o.out])
			}
		default:
			// Made elsewhere: what it does with its operands is not known, what it
			// does with its surroundings was seen where it was made.
			g.unknownCall(c, c.args, c.results)
			for _, arg := range c.args {
				if len(g.pts[arg]) > 0 {
					g.putAll(g.reach(single(obj(i))), single(unknown))
				}
			}
			for k, r := range c.results { // it may give what is in it
				if obj(i) != heap && obj(i) != unknown && !(k < len(c.errors) && c.errors[k] && (o.call != nil && o.call.std || g.judging && g.isParam.has(i))) {
					g.include(r, g.pts[o.out])
				}
			}
		}
	})
}

// call copies the operands in and the results out.
func (l *literal) call(g *graph, args, results []node) {
	for i, arg := range args {
		switch last := len(l.params) - 1; {
		case i < last || i == last && !l.variadic:
			g.include(l.params[i], g.pts[arg])
		case last >= 0 && l.variadic:
			// The slice itself (with ...) and an element of it are not told apart.
			g.include(l.params[last], g.pts[arg])
			g.pts[l.params[last]].each(func(o int) { g.put(obj(o), g.pts[arg]) })
		}
	}
	for i, r := range results {
		if i < len(l.results) {
			g.include(r, g.pts[l.results[i]])
		}
	}
}
