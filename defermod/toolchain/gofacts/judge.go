package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"sort"
)

// The judge answers for each defer in a loop, and for each statement list around
// it: may the deferred call run at the end of that list instead of at the
// function's end?  It may if it commutes with Later, all code that can run between
// the two: nothing that it does can be noticed by Later, and nothing that Later
// does changes what it does.  What the function's callers see needs no thought:
// the call had run by then, before and after.
//
// The objects that the call may write or end must be private: made in the list,
// and out of reach for Later.  What it does beyond that, to what is known by name
// and to rights, is held against Later's own effects.

// A hazard is a reason why the call may not run earlier.
type hazard struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Span    [2]int `json:"span"`
	Note    string `json:"note"`
	Callee  string `json:"callee,omitempty"` // where in the callee: "pool.go:41:3"
	Forbids bool   `json:"forbids"`
}

type placeReport struct {
	List    [2]int   `json:"list"`
	Loop    [2]int   `json:"loop"`
	Hazards []hazard `json:"hazards"`
	Assumes []string `json:"assumes"`
}

type deferReport struct {
	Span     [2]int        `json:"span"`
	Places   []placeReport `json:"places"`
	Deadlock bool          `json:"deadlock"`
}

// judge is at work on one declaration.
type judge struct {
	*body
	d         *describer
	flows     map[ast.Node]*cfg
	clauses   map[*types.Var]*ast.CaseClause
	usages    *scope              // of the declaration's variables
	old       bool                // the file's language shares loop variables between iterations
	places    map[placing]*places // see placesOf
	variables *places             // see packagePlaces
}

// judgeDefers judges all defers of a declaration that lie in a loop of their function.
func (d *describer) judgeDefers(decl ast.Decl, language string) []deferReport {
	if fd, ok := decl.(*ast.FuncDecl); ok && fd.Body == nil {
		return nil
	}
	b := newBody(d.unit, d.h, d.sums, decl, true)
	solved := b.g.solve()
	j := &judge{body: b, d: d, flows: make(map[ast.Node]*cfg), places: make(map[placing]*places), usages: d.unit.scopeOf(decl), old: sharesLoopVariables(language)}
	var reports []deferReport
	var path []ast.Node
	ast.Inspect(decl, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		path = append(path, n)
		if s, ok := n.(*ast.DeferStmt); ok {
			if r := j.report(s, path, solved); r != nil {
				reports = append(reports, *r)
			}
		}
		return true
	})
	return reports
}

func sharesLoopVariables(language string) bool {
	var major, minor int
	if n, _ := fmt.Sscanf(language, "go%d.%d", &major, &minor); n < 2 {
		return false
	}
	return major == 1 && minor < 22
}

// A place is a statement list around a defer.
type place struct {
	list []ast.Stmt
	loop ast.Stmt   // the innermost loop around the list
	home []ast.Stmt // the innermost list, which the defer itself stands in
	flow *cfg
	fn   ast.Node // the function, declared or literal
	s    *ast.DeferStmt
	// whole: the list is that of the function, which is over with it.
	whole bool
}

func (p *place) start() token.Pos { return p.list[0].Pos() }

func (p *place) end() token.Pos { return p.list[len(p.list)-1].End() }

func (p *place) holds(pos token.Pos) bool { return p.start() <= pos && pos < p.end() }

// report judges a defer; nil if it lies in no loop of its function.  path are the nodes
// around it, itself included.
func (j *judge) report(s *ast.DeferStmt, path []ast.Node, solved bool) *deferReport {
	places, fn := placesAround(s, path)
	if len(places) == 0 || fn == nil {
		return nil
	}
	flow := j.flowOf(fn)
	r := &deferReport{Span: j.d.span(s), Places: []placeReport{}}
	for _, p := range places {
		p.flow, p.fn, p.home = flow, fn, places[0].list
		pr, waits := j.judgePlace(p, solved)
		r.Places = append(r.Places, pr)
		r.Deadlock = r.Deadlock || waits
	}
	return r
}

// flowOf is the control flow graph of a function, declared or literal; each is made once.
func (j *judge) flowOf(fn ast.Node) *cfg {
	flow := j.flows[fn]
	if flow == nil {
		flow = newCFG(bodyOf(fn))
		j.flows[fn] = flow
	}
	return flow
}

// placesAround are the statement lists around a defer that lie in a loop of its function,
// innermost first, and the function.
func placesAround(s *ast.DeferStmt, path []ast.Node) (places []*place, fn ast.Node) {
	for i := len(path) - 2; i >= 0 && fn == nil; i-- {
		switch n := path[i].(type) {
		case *ast.FuncLit, *ast.FuncDecl:
			fn = n
		case *ast.ForStmt, *ast.RangeStmt:
			for _, p := range places {
				if p.loop == nil {
					p.loop = n.(ast.Stmt)
				}
			}
		case *ast.BlockStmt:
			if i > 0 {
				switch path[i-1].(type) {
				case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
					continue
				case *ast.FuncDecl, *ast.FuncLit:
					continue
				}
			}
			places = append(places, &place{list: n.List, s: s})
		case *ast.CaseClause:
			places = append(places, &place{list: n.Body, s: s})
		case *ast.CommClause:
			places = append(places, &place{list: n.Body, s: s})
		}
	}
	for len(places) > 0 && places[len(places)-1].loop == nil {
		places = places[:len(places)-1]
	}
	return places, fn
}

// judgePlace judges one place, and reports whether the loop waits for ever for what only
// the deferred call gives back.
func (j *judge) judgePlace(p *place, solved bool) (r placeReport, waits bool) {
	v := &verdict{judge: j, place: p, assumes: make(map[string]bool)}
	if solved {
		v.decide()
	} else {
		v.doubt(effectUnknown, "the function is too large to be analysed", nodeWitness(p.s), "deferred here")
	}
	r = placeReport{
		List: [2]int{j.d.offset(p.start()), j.d.offset(p.end())}, Loop: j.d.span(p.loop), Hazards: []hazard{}, Assumes: sortedKeys(v.assumes),
	}
	if solved {
		var always bool
		if waits, always = v.deadlock(); always {
			v.hazards = nil // the second pass has never come to its end: there is no behaviour to keep
		}
	}
	r.Hazards = append(r.Hazards, v.hazards...)
	return r, waits
}

func bodyOf(fn ast.Node) *ast.BlockStmt {
	switch fn := fn.(type) {
	case *ast.FuncDecl:
		return fn.Body
	case *ast.FuncLit:
		return fn.Body
	}
	return nil
}

// A verdict is being found for one place.
type verdict struct {
	*judge
	*place
	hazards   []hazard
	assumes   map[string]bool
	does      *collector // what the deferred call does
	later     *collector // what can run between the place's end and the function's
	after     *collector // what of that is not in the loop itself
	outs      []int      // see waysOut
	passes    []int      // the graph's nodes from the place's end on
	resultsOf map[*invoke]map[*types.Var]bool
	byName    bool                  // what is released may be known by a name
	out       bitset                // see outside
	ends      bitset                // see ended
	files     bitset                // see openFiles
	helpers   map[*ast.FuncLit]bool // see isHelper
	suspends  map[*ast.FuncLit]bool // see overWhenCalled
}

// doubt says what makes a fix unsafe; forbid, what leaves none.
func (v *verdict) doubt(code, message string, w *witness, note string) {
	v.hold(code, message, w, note, false)
}

func (v *verdict) forbid(code, message string, w *witness, note string) {
	v.hold(code, message, w, note, true)
}

func (v *verdict) hold(code, message string, w *witness, note string, forbids bool) {
	at := w.node
	if at == nil {
		at = v.s
	}
	h := hazard{Code: code, Message: message, Span: v.d.span(at), Note: note, Callee: w.where, Forbids: forbids}
	for _, old := range v.hazards {
		if old.Code == h.Code && old.Span == h.Span {
			return
		}
	}
	v.hazards = append(v.hazards, h)
}

func nodeWitness(n ast.Node) *witness { return &witness{node: n} }

// decide holds against the place all that there is.  What the call does comes first: all
// others ask for it.  Where two hazards have one code and span the first is kept.
func (v *verdict) decide() {
	v.passes = v.flow.reachable(v.flow.after[v.list[0]])
	if v.doneAlready() {
		v.recoversInPlace()
		v.stackFrames()
		return
	}
	v.collectDeferred()
	if v.doneNext() {
		v.control()
		v.recoversInPlace()
		v.stackFrames()
		return
	}
	// What running the call does to the course of things: panics, ends, waits.
	v.control()
	v.recoversInPlace()
	// Variables and memory that it shares with later code.
	v.captured()
	v.byAddress()
	v.readsChanged()
	// What it ends must be private to the place, by reference and by name.
	v.objects()
	v.namesGiven()
	// Rights.  rights takes back what objects has said of them, and not what the two
	// behind it say: a right that nothing in the iteration needs is forbidden outright.
	v.rights()
	v.undone()
	v.unusedResource()
	// Other ends of connections, files, subtests, interfaces and what was computed.
	v.throughOpenFiles()
	v.descriptorsCompared()
	v.subtests()
	v.lentToMethods()
	v.onConversions()
	v.computedWith()
	v.toldElsewhere()
	v.announced()
	// What a closure around the list would be, whenever the call runs.
	v.stackFrames()
	sort.SliceStable(v.hazards, func(i, k int) bool { return v.hazards[i].Forbids && !v.hazards[k].Forbids })
}

// laterEffects collects what may run between the place's end and the function's.
func (v *verdict) laterEffects() *collector {
	if v.later == nil {
		v.later, v.after = newCollector(v.body, v.sums), newCollector(v.body, v.sums)
		v.later.judging, v.after.judging = true, true
		for _, i := range v.passes {
			n := v.flow.nodes[i]
			if n.over != nil {
				v.later.rangeOver(n.over)
				if !v.inLoop(n.over.X) {
					v.after.rangeOver(n.over)
				}
			}
			for _, r := range n.reads {
				v.later.walk(r)
				if !v.inLoop(r) {
					v.after.walk(r)
				}
			}
			for _, w := range n.writes {
				v.later.assign(w)
				v.later.walk(w)
				if !v.inLoop(w) {
					v.after.assign(w)
					v.after.walk(w)
				}
			}
		}
		v.later.settle()
		v.after.settle()
	}
	return v.later
}

// inLoop reports whether a node stands in the innermost loop around the place.
func (v *verdict) inLoop(n ast.Node) bool {
	return v.place.loop.Pos() <= n.Pos() && n.Pos() < v.place.loop.End()
}

// trivialAfter reports whether the code that follows the loop does nothing that
// could notice anything but its own variables.
func (v *verdict) trivialAfter() bool {
	v.laterEffects()
	return v.after.has(^output) == nil && len(v.after.writes) == 0
}

// ended are the objects that the deferred call may write or end.  A body in sight that
// writes to a part of an object may write to the memory in it that slices and pointers lead
// to, and the memory of rows, which a package that knows of sql.RawBytes may have, is the driver's.
func (v *verdict) ended() bitset {
	if v.ends != nil {
		return v.ends
	}
	var set, inSight, driver bitset
	for _, w := range v.does.writes {
		set.union(w.objs)
		switch callee := w.w.callee; {
		case callee == "(*database/sql.Rows).Close" && v.u.uses("database/sql", "RawBytes"):
			driver.union(w.objs)
		case callee == "" || stated[callee] == nil && !v.u.standardName(callee):
			inSight.union(w.objs)
		}
	}
	set.union(v.g.withMemory(driver))
	set.union(v.sharedMemoryOf(inSight))
	v.ends = set
	return set
}

// sharedMemoryOf is the memory in some objects that slices of their arrays, or pointers to their fields, may lead to.
func (v *verdict) sharedMemoryOf(set bitset) (memory bitset) {
	set.each(func(i int) {
		if o := &v.g.objs[i]; o.memory != 0 && (v.holdsArray(o.typ) || v.pointedInto(o)) {
			memory.add(int(o.memory))
		}
	})
	return memory
}

func (v *verdict) writeOf(o int) *witness {
	for _, w := range v.does.writes {
		if w.objs.has(o) {
			return w.w
		}
	}
	return &witness{node: v.s.Call}
}

// outside are the objects that code after the place can name: what the function
// was given, what others can reach, and its variables that are live there.
func (v *verdict) outside() bitset {
	if v.out != nil {
		return v.out
	}
	var set bitset
	set.add(int(heap))
	set.add(int(unknown))
	set.add(int(pooled))
	for _, back := range v.returns {
		if back.by != v.s {
			set.add(int(back.has))
		}
	}
	emptied := make(map[*types.Var]bool)
	for _, s := range v.spawns {
		if by := v.joined(s); by == nil {
			set.add(int(s.keeps))
		} else if by.kind == sends {
			emptied[by.on] = true
		}
	}
	for _, p := range v.params {
		if p >= 0 {
			set.add(int(p))
		}
	}
	for x := range v.vars {
		if v.outlives(x) && !emptied[x] {
			set.union(v.valuesAfter(x))
		}
	}
	for x, o := range v.cells { // those of bytes and bools, too, whose values are not followed
		if v.outlives(x) && !emptied[x] && v.split(x) == nil {
			set.add(int(o))
		}
	}
	set.union(v.rangedOver())
	v.out = set
	return set
}

// rangedOver is all that the loops around the place range over, which later passes have; of an iterator, what it has yielded.
func (v *verdict) rangedOver() bitset {
	var set bitset
	ast.Inspect(bodyOf(v.fn), func(n ast.Node) bool {
		loop, ok := n.(*ast.RangeStmt)
		if !ok || loop.Pos() > v.start() || v.end() > loop.End() {
			return true
		}
		over := []ast.Expr{loop.X}
		if _, yields := coreType(v.typeOf(loop.X)).(*types.Signature); yields {
			over = append(over, loop.Key, loop.Value)
		}
		for _, e := range over {
			if e != nil {
				set.union(v.g.reach(v.g.pts[v.eval(e)]).without(v.g.texts))
			}
		}
		return true
	})
	return set
}

// outlives reports whether code after the place may use what a variable has.
func (v *verdict) outlives(x *types.Var) bool {
	if v.within(x, v.s) || v.mine(x) && !(v.ofHeader(x) && v.flow.live(v.u.info, x, v.flow.after[v.list[0]])) {
		return false
	}
	if v.within(x, v.place.loop) && !v.declaredHere(x) {
		return false // of a block inside that is over when the place is
	}
	return !v.ofHelper(x) && v.liveAfter(x)
}

// valuesAfter is what a variable may have that code after the place reads; the function's deferred literals
// read it when it is over, or when something panics.
func (v *verdict) valuesAfter(x *types.Var) bitset {
	f := v.split(x)
	if f == nil {
		return v.g.pts[v.vars[x]]
	}
	var set bitset
	if !v.webs.alone[x] {
		for _, out := range v.waysOut() {
			f.in[out].and(*f.of[x]).each(func(k int) { set.union(v.g.pts[v.webNode(x, f.web(k))]) })
		}
		return set
	}
	v.flow.search(v.waysOut(), func(_ int, n cfgNode) []int {
		n.eachMention(func(id *ast.Ident) {
			if v.u.info.ObjectOf(id) == x {
				set.union(v.g.pts[v.mentioned(id, x)])
			}
		})
		for _, l := range n.writes {
			if id, ok := ast.Unparen(l).(*ast.Ident); ok && v.u.info.ObjectOf(id) == x {
				return nil
			}
		}
		return n.succ
	})
	return set
}

// split is the flow of the values of a variable of the function at hand itself; nil where they are not told apart, or the
// deferred call itself has to do with it.
func (v *verdict) split(x *types.Var) *webFlow {
	if v.webs == nil || v.webs.owner[x] != v.fn || !v.webs.alone[x] && mentions(v.u.info, v.s, x) {
		return nil // where it is another's, that goes on with it at any time
	}
	return v.webs.flows[v.fn]
}

// pointedInto reports whether something outside, by its type, may be a pointer to a field of
// an object: the graph does not tell such pointers from slices that the object has.
func (v *verdict) pointedInto(o *object) bool {
	fields := make(map[types.Type]bool)
	fieldTypes(o.typ, fields)
	if len(fields) == 0 {
		return false
	}
	if v.g.reach(single(heap)).has(int(o.memory)) || v.g.reach(single(unknown)).has(int(o.memory)) {
		return true
	}
	for x := range v.vars {
		if v.outlives(x) && hasPointerTo(x.Type(), fields) && v.g.reach(v.valuesAfter(x)).has(int(o.memory)) {
			return true
		}
	}
	return false
}
