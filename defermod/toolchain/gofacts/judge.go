package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"sort"
	"strings"
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
	d       *describer
	flows   map[ast.Node]*cfg
	clauses map[*types.Var]*ast.CaseClause
	usages  *scope // of the declaration's variables
	old     bool   // the file's language shares loop variables between iterations
}

// judgeDefers judges all defers of a declaration that lie in a loop of their function.
func (d *describer) judgeDefers(decl ast.Decl, language string) []deferReport {
	if fd, ok := decl.(*ast.FuncDecl); ok && fd.Body == nil {
		return nil
	}
	b := newBody(d.unit, d.h, d.sums, decl)
	b.g.judging = true
	solved := b.g.solve()
	j := &judge{body: b, d: d, flows: make(map[ast.Node]*cfg), usages: newScope(d.unit, decl), old: sharesLoopVariables(language)}
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
}

func (p *place) start() token.Pos { return p.list[0].Pos() }
func (p *place) end() token.Pos   { return p.list[len(p.list)-1].End() }

func (p *place) holds(pos token.Pos) bool { return p.start() <= pos && pos < p.end() }

func (j *judge) report(s *ast.DeferStmt, path []ast.Node, solved bool) *deferReport {
	var places []*place
	var fn ast.Node
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
	if len(places) == 0 || fn == nil {
		return nil
	}
	flow := j.flows[fn]
	if flow == nil {
		flow = newCFG(bodyOf(fn))
		j.flows[fn] = flow
	}
	r := &deferReport{Span: j.d.span(s), Places: []placeReport{}}
	for _, p := range places {
		p.flow, p.fn, p.home = flow, fn, places[0].list
		v := &verdict{judge: j, place: p, assumes: make(map[string]bool)}
		if solved {
			v.decide()
		} else {
			v.add("unknown-effect", "the function is too large to be analysed", s, "deferred here", false)
		}
		pr := placeReport{
			List: [2]int{j.d.offset(p.start()), j.d.offset(p.end())}, Loop: j.d.span(p.loop), Hazards: []hazard{}, Assumes: sortedKeys(v.assumes),
		}
		if solved {
			waits, always := v.deadlock()
			r.Deadlock = r.Deadlock || waits
			if always {
				v.hazards = nil
			}
		}
		pr.Hazards = append(pr.Hazards, v.hazards...)
		r.Places = append(r.Places, pr)
	}
	return r
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
	passes    []int      // the graph's nodes from the place's end on
	resultsOf map[*invoke]map[*types.Var]bool
	byName    bool   // what is released may be known by a name
	out       bitset // see outside
}

func (v *verdict) add(code, message string, at ast.Node, note string, forbids bool) {
	v.addWitness(code, message, &witness{node: at}, note, forbids)
}

func (v *verdict) addWitness(code, message string, w *witness, note string, forbids bool) {
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

func (v *verdict) decide() {
	v.passes = v.flow.reachable(v.flow.after[v.list[0]])
	v.collectDeferred()
	v.control()
	v.captured()
	v.byAddress()
	v.readsChanged()
	v.objects()
	v.namesGiven()
	v.rights()
	v.undone()
	v.unused()
	v.noticed()
	v.subtests()
	v.lentOut()
	v.told()
	v.frame()
	sort.SliceStable(v.hazards, func(i, k int) bool { return v.hazards[i].Forbids && !v.hazards[k].Forbids })
}

// collectDeferred finds what the deferred call does when it runs: not the
// evaluation of its operands, which happens at the defer.
func (v *verdict) collectDeferred() {
	c := newCollector(v.body, v.sums)
	c.judging = true
	v.does = c
	if in := v.invokes[v.s.Call]; in != nil {
		c.invoke(v.s.Call, v.evaluatedAtDefer(in), v.operandExprs(v.s.Call))
	} else {
		c.call(v.s.Call)
	}
	c.settle()
	for name := range c.assumes {
		v.assumes[name] = true
	}
	if w := c.does[scratch]; w != nil {
		v.assumes["temporary-name"] = true
		if at := v.laterEffects().does[lists]; at != nil {
			v.addWitness("changes-world", v.subject()+" removes what later code may find in the directory", at, "looks through a directory", false)
		}
	}
	v.own()
}

// evaluatedAtDefer is the deferred call with what its operands are at the defer, which
// is less than what their variables ever are where an assignment stands in the same list.
func (v *verdict) evaluatedAtDefer(in *invoke) *invoke {
	exprs := v.operandExprs(v.s.Call)
	if len(exprs) != len(in.args) {
		return in
	}
	at := *in
	at.args = append([]node(nil), in.args...)
	for i, e := range exprs {
		if id, ok := ast.Unparen(e).(*ast.Ident); ok {
			if n := v.assignedBefore(id); n != 0 {
				at.args[i] = n
			}
		}
	}
	return &at
}

// assignedBefore is the value that the one assignment gives a variable that reaches the
// defer from its own statement list; 0 if there is none, or others may come between.
func (v *verdict) assignedBefore(id *ast.Ident) node {
	x, ok := v.u.info.ObjectOf(id).(*types.Var)
	if !ok || !v.local(x) || pointee(x.Type()) == nil && !types.IsInterface(x.Type()) {
		return 0
	}
	if _, shared := v.cells[x]; shared {
		return 0
	}
	for k := slices.Index(v.home, ast.Stmt(v.s)) - 1; k >= 0; k-- {
		if s, ok := v.home[k].(*ast.AssignStmt); ok {
			for i, l := range s.Lhs {
				if lid, ok := l.(*ast.Ident); ok && v.u.info.ObjectOf(lid) == x {
					if len(s.Lhs) == len(s.Rhs) {
						return v.eval(s.Rhs[i])
					}
					if values := v.values(s.Rhs[0]); i < len(values) {
						return values[i]
					}
					return 0
				}
			}
		}
		if assigns(v.u.info, v.home[k], x) {
			return 0
		}
	}
	return 0
}

// assigns reports whether a variable is assigned to anywhere in a node.
func assigns(info *types.Info, root ast.Node, x *types.Var) bool {
	found := false
	ast.Inspect(root, func(n ast.Node) bool {
		eachStore(n, func(e ast.Expr) {
			if id, ok := ast.Unparen(e).(*ast.Ident); ok && info.ObjectOf(id) == x {
				found = true
			}
		})
		return !found
	})
	return found
}

func (v *verdict) called() string { return types.ExprString(ast.Unparen(v.s.Call.Fun)) }

func (v *verdict) subject() string {
	fun := ast.Unparen(v.s.Call.Fun)
	if _, ok := fun.(*ast.FuncLit); ok {
		return "the deferred literal"
	}
	return types.ExprString(fun)
}

// control: a call that recovers, ends the function, waits or wakes others.
func (v *verdict) control() {
	if lit, ok := ast.Unparen(v.s.Call.Fun).(*ast.FuncLit); ok {
		if at := ownRecover(v.u, lit.Body); at != nil {
			v.add("recovers", "a recovered panic used to leave the function; now the loop would go on", at, "recovers", true)
		}
	} else if fn := v.u.static(v.u.callee(v.s.Call)); fn != nil {
		names := []string{funcName(fn)}
		if in := v.invokes[v.s.Call]; in != nil && isInterfaceMethod(fn) && len(in.args) > 0 {
			list, _ := v.methods(in, isWhole(v.operandExprs(v.s.Call)))
			for _, m := range list {
				names = append(names, m.name)
			}
		}
		for _, name := range names {
			if r := v.sums.recovers(name); r != nil && *r {
				v.add("recovers", fmt.Sprintf("%s recovers a panic, and the loop would go on", v.called()), v.s.Call, "recovers", true)
				break
			}
		}
	} else if v.mayRecover(v.s.Call) {
		v.add("recovers", fmt.Sprintf("%s may recover a panic, and the loop would go on", v.called()), v.s.Call, "may recover", true)
	}
	if v.u.builtin(v.s.Call) == "recover" {
		v.add("recovers", "a recovered panic used to leave the function; now the loop would go on", v.s.Call, "recovers", true)
	}
	for _, stmt := range v.list {
		if at := ownRecover(v.u, stmt); at != nil {
			v.add("body-recovers", "recover works only in the deferred function itself, not in a closure in it", at, "recovers", true)
		}
	}
	if v.u.builtin(v.s.Call) == "panic" {
		v.add("ends-early", "the deferred call panics, now before later iterations", v.s.Call, "panics", false)
	}
	if v.does.does[fails] != nil {
		v.assumes["test-failure"] = true
	}
	if w := v.does.has(leaves | quits); w != nil {
		v.addWitness("ends-early", "the deferred call may end the function, now before later iterations", w, "may end it", false)
	}
	if w := v.does.does[panics]; w != nil && (w.callee == "" || v.sums.own[w.callee] != nil) {
		v.addWitness("ends-early", v.subject()+" may panic, now before later iterations", w, "panics", false)
	}
	if at := v.mayBeNil(); at != nil {
		v.add("ends-early", v.called()+" may be nil, and would panic before later iterations", at, "declared without a value", false)
	}
	if v.indexes() {
		v.assumes["release-returns"] = true
	}
	v.waitingServer()
	if w := v.does.does[signals]; w != nil {
		v.addWitness("waits-or-signals", v.subject()+" waits for or wakes other goroutines, which now happens earlier", w, "waits or signals", false)
	}
	if w := v.does.does[starts]; w != nil {
		v.addWitness("unknown-release", "the deferred call leaves something running", w, "started here", false)
	}
}

// mayBeNil is the declaration of the called function value, if that gives it none and a
// way leads from there to the defer without an assignment.
func (v *verdict) mayBeNil() ast.Node {
	id, ok := ast.Unparen(v.s.Call.Fun).(*ast.Ident)
	if !ok {
		return nil
	}
	x, ok := v.u.info.ObjectOf(id).(*types.Var)
	if !ok || !v.local(x) {
		return nil
	}
	writes := func(n cfgNode) ast.Expr {
		for _, w := range n.writes {
			if id, ok := w.(*ast.Ident); ok && v.u.info.ObjectOf(id) == x {
				return w
			}
		}
		return nil
	}
	for _, n := range v.flow.nodes {
		at := writes(n)
		if at == nil || len(n.reads) > 0 || at.Pos() != x.Pos() || !n.declares {
			continue
		}
		seen := make(map[int]bool)
		todo := append([]int(nil), n.succ...)
		for len(todo) > 0 {
			i := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if next := v.flow.nodes[i]; !seen[i] && writes(next) == nil {
				seen[i] = true
				if i == v.deferNode() {
					return at
				}
				todo = append(todo, next.succ...)
			}
		}
	}
	return nil
}

// deferNode is the node of the flow graph that the defer is; -1 if control comes to none.
func (v *verdict) deferNode() int {
	return slices.IndexFunc(v.flow.nodes, func(n cfgNode) bool { return slices.Contains(n.reads, ast.Node(v.s)) })
}

// indexes reports whether the deferred literal itself has an expression that panics for
// some values: an element, a type assertion, a division.
func (v *verdict) indexes() bool {
	lit, ok := ast.Unparen(v.s.Call.Fun).(*ast.FuncLit)
	if !ok {
		return false
	}
	found := false
	var checked ast.Expr // the assertion of v, ok := x.(T)
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if len(n.Lhs) == 2 && len(n.Rhs) == 1 {
				checked = ast.Unparen(n.Rhs[0])
			}
		case *ast.IndexExpr:
			_, isMap := coreType(v.typeOf(n.X)).(*types.Map)
			found = found || !isMap && v.u.info.Types[n.X].IsValue()
		case *ast.SliceExpr:
			found = true
		case *ast.TypeAssertExpr:
			found = found || n.Type != nil && ast.Expr(n) != checked
		case *ast.BinaryExpr:
			found = found || (n.Op == token.QUO || n.Op == token.REM) && v.u.info.Types[n.Y].Value == nil
		}
		return !found
	})
	return found
}

// ownRecover finds a call of recover that stands directly in a function.
func ownRecover(u *unit, root ast.Node) ast.Node {
	var found ast.Node
	ast.Inspect(root, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if call, ok := n.(*ast.CallExpr); ok && u.builtin(call) == "recover" {
			found = call
		}
		return found == nil
	})
	return found
}

// mayRecover reports whether a called function value may be a literal, or a
// function, that recovers.
func (v *verdict) mayRecover(call *ast.CallExpr) bool {
	found := false
	v.g.pts[v.eval(call.Fun)].each(func(i int) {
		o := &v.g.objs[i]
		if o.lit != nil && ownRecover(v.u, o.lit.decl.Body) != nil {
			found = true
		}
		if o.fn != nil {
			if r := v.sums.recovers(funcName(o.fn.fn)); r != nil && *r {
				found = true
			}
		}
		if o.call != nil {
			if e := v.sums.laterOf(o.call.fn); e != nil && e.does&catches != 0 {
				found = true
			}
		}
	})
	return found
}

// captured: what the deferred call reads and writes of the function's variables.
func (v *verdict) captured() {
	results := v.resultVars()
	for _, x := range sortedVars(v.does.vars) {
		at := v.does.vars[x]
		switch {
		case v.within(x, v.s):
		case results[x]:
			v.add("writes-result", "the deferred call writes the result "+x.Name()+", which may be overwritten before the function returns", at, "writes a result", true)
		case v.mine(x):
			if kept := v.keptUse(x); kept != nil {
				v.add("writes-outer", "the deferred call writes "+x.Name()+", which code that is kept can read", kept, "kept for later", true)
			} else if v.liveAfter(x) {
				v.add("writes-outer", "the deferred call writes "+x.Name()+", which later code reads", at, "writes it", true)
			}
		default:
			if v.liveAfter(x) || !v.declaredIn(x, v.fn) {
				v.add("writes-outer", "the deferred call writes "+x.Name()+", which later code reads", at, "writes it", true)
			}
		}
	}
	for _, x := range sortedVars(v.does.reads) {
		at := v.does.reads[x]
		if v.within(x, v.s) || !v.readWhenRun(at) {
			continue
		}
		if results[x] {
			v.add("reads-result", "the deferred call reads the result "+x.Name()+" before the function has set it", at, "reads a result", true)
			continue
		}
		if v.mine(x) {
			if kept := v.keptUse(x); kept != nil && v.usages.usage(x).changes() {
				v.add("reads-outer", "the deferred call reads "+x.Name()+", which code that is kept can change", kept, "kept for later", true)
			}
			continue
		}
		if w := v.assignedLater(x); w != nil {
			v.add("reads-outer", "the deferred call reads "+x.Name()+", which later code changes", w, "changed here", true)
		} else if w := v.changedByMethod(x); w != nil {
			v.add("reads-outer", "the deferred call reads "+x.Name()+", which a method may change", w, "may be changed here", false)
		}
	}
}

// keptUse is what makes a variable of the iteration known outside of it: a literal that
// mentions it, or its address.
func (v *verdict) keptUse(x *types.Var) ast.Node {
	use := v.usages.vars[x]
	if use == nil || !use.captured && !use.addressed {
		return nil
	}
	reach := v.g.reach(v.outside())
	if o, ok := v.cells[x]; ok && reach.has(int(o)) {
		w, _, _ := v.leak(int(o))
		return w.node
	}
	for _, o := range v.g.lits {
		lit := v.g.objs[o].lit.decl
		if own := v.s.Pos() <= lit.Pos() && lit.End() <= v.s.End(); !own && reach.has(int(o)) && mentions(v.u.info, lit, x) {
			return lit
		}
	}
	return nil
}

// changedByMethod finds a call in later code, or in a literal, of a method that gets the
// address of a variable, or of a part of it, without an & to be seen, and may write to
// it; or the method as a value.
func (v *verdict) changedByMethod(x *types.Var) ast.Node {
	var found ast.Node
	called := make(map[*ast.SelectorExpr]*ast.CallExpr)
	ast.Inspect(v.decl, func(n ast.Node) bool {
		if n == ast.Node(v.s) || found != nil {
			return false
		}
		switch n := n.(type) {
		case *ast.CallExpr:
			if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok {
				called[sel] = n
			}
		case *ast.SelectorExpr:
			if !v.usages.takesAddress(n) || v.usages.variableOf(n.X) != x {
				return true
			}
			if call := called[n]; call != nil {
				if call.Pos() < v.loop.Pos() && !v.inOtherFunction(call) {
					return true
				}
				c := newCollector(v.body, v.sums)
				c.call(call)
				if len(c.writes) == 0 && c.does[anything] == nil {
					return true
				}
			}
			found = n
		}
		return true
	})
	return found
}

// byAddress: the deferred call is given the address of a variable, and reads it when it runs.
func (v *verdict) byAddress() {
	var operands bitset
	if in := v.invokes[v.s.Call]; in != nil {
		for _, arg := range in.args {
			operands.union(v.g.pts[arg])
		}
	}
	for _, arg := range v.s.Call.Args {
		operands.union(v.g.pts[v.eval(arg)])
	}
	v.g.reach(operands).each(func(i int) {
		o := &v.g.objs[i]
		if o.v == nil || o.call != nil || v.g.isParam[obj(i)] || o.text || o.v.IsField() || v.within(o.v, v.s) {
			return
		}
		if v.mine(o.v) {
			if kept := v.keptUse(o.v); kept != nil && v.usages.usage(o.v).changes() {
				v.add("reads-outer", "the deferred call reads "+o.v.Name()+", which code that is kept can change", kept, "kept for later", true)
			}
			return
		}
		if _, cell := v.cells[o.v]; !cell {
			return
		}
		for _, p := range v.passes {
			for _, w := range v.flow.nodes[p].writes {
				if v.rootVar(w) == o.v {
					v.add("reads-outer", "the deferred call reads "+o.v.Name()+", which later code changes", w, "changed here", true)
					return
				}
			}
		}
	})
}

// readsChanged: what the deferred call reads when it runs must not be changed by
// later code: memory that both can reach, and package variables.
func (v *verdict) readsChanged() {
	w := v.does.does[looks]
	var looked bitset
	looked.union(v.does.lookedInto)
	for _, l := range v.does.looked {
		looked.union(l.objs)
	}
	if w == nil && len(looked) == 0 {
		return
	}
	later := v.laterEffects()
	report := func(at *witness) {
		v.addWitness("reads-outer", v.subject()+" reads what later code may change", at, "may be changed here", false)
	}
	if w != nil {
		if at := later.has(sharedMemory | anything); at != nil {
			report(at)
			return
		}
	}
	// Code that is not known, and other goroutines while one waits for them, may change
	// what they can reach.
	others := v.g.withMemory(v.g.reach(v.outsideButMemory())).without(v.ended())
	if at := later.has(signals | anything); at != nil && (w != nil || !v.g.textless(looked, others).empty()) {
		report(at)
		return
	}
	shared := v.g.withMemory(v.g.reach(v.outside())).without(v.ended()) // what it writes, too, is judged there
	for _, wr := range later.writes {
		found := false
		wr.objs.each(func(i int) {
			o := &v.g.objs[i]
			switch {
			case i == int(heap) || i == int(unknown):
				found = found || w != nil
			case o.text || i == int(lent):
			default:
				found = found || looked.has(i) && shared.has(i)
			}
		})
		if found {
			report(wr.w)
			return
		}
	}
}

// readWhenRun reports whether an expression in the defer is evaluated when the
// deferred call runs, not at the defer.
func (v *verdict) readWhenRun(at ast.Node) bool {
	if at.Pos() < v.s.Pos() || v.s.End() <= at.Pos() {
		return true
	}
	lit, ok := ast.Unparen(v.s.Call.Fun).(*ast.FuncLit)
	return ok && lit.Pos() <= at.Pos() && at.Pos() < lit.End()
}

func sortedVars(m map[*types.Var]ast.Node) []*types.Var {
	var list []*types.Var
	for x := range m {
		list = append(list, x)
	}
	sort.Slice(list, func(i, k int) bool { return list[i].Pos() < list[k].Pos() })
	return list
}

func (v *verdict) within(x *types.Var, n ast.Node) bool {
	return n.Pos() <= x.Pos() && x.Pos() < n.End()
}

// declaredIn reports whether a variable is declared in the function itself, not
// in a function around it.
func (v *verdict) declaredIn(x *types.Var, fn ast.Node) bool { return v.within(x, fn) }

// mine reports whether each passage of the place has its own x.
func (v *verdict) mine(x *types.Var) bool {
	if v.holds(x.Pos()) {
		return true
	}
	if clause := v.clauseOf(x); clause != nil && (v.holds(clause.Pos()) || len(clause.Body) > 0 && clause.Body[0] == v.list[0]) {
		return true
	}
	if v.old || x.Pos() < v.loop.Pos() || v.loop.End() <= x.Pos() {
		return false
	}
	// A variable of the header of the loop whose body the place is.
	switch loop := v.loop.(type) {
	case *ast.ForStmt:
		return loop.Body.List != nil && &loop.Body.List[0] == &v.list[0] && loop.Init != nil && loop.Init.Pos() <= x.Pos() && x.Pos() < loop.Init.End()
	case *ast.RangeStmt:
		return loop.Body.List != nil && &loop.Body.List[0] == &v.list[0] && loop.Tok == token.DEFINE && x.Pos() < loop.Body.Pos()
	}
	return false
}

// clauseOf is the clause of a type switch whose own variable x is, nil for others.
func (v *verdict) clauseOf(x *types.Var) *ast.CaseClause {
	if v.clauses == nil {
		v.clauses = make(map[*types.Var]*ast.CaseClause)
		for n, o := range v.u.info.Implicits {
			if clause, ok := n.(*ast.CaseClause); ok {
				if x, ok := o.(*types.Var); ok {
					v.clauses[x] = clause
				}
			}
		}
	}
	return v.clauses[x]
}

// ofHeader reports whether a variable is declared in the header of a loop with a post
// statement: what is in it goes on to the next iteration's.
func (v *verdict) ofHeader(x *types.Var) bool {
	loop, ok := v.loop.(*ast.ForStmt)
	return ok && loop.Init != nil && loop.Init.Pos() <= x.Pos() && x.Pos() < loop.Init.End()
}

func (v *verdict) resultVars() map[*types.Var]bool {
	results := make(map[*types.Var]bool)
	var sig *types.Signature
	switch fn := v.fn.(type) {
	case *ast.FuncDecl:
		sig, _ = v.u.info.Defs[fn.Name].Type().(*types.Signature)
	case *ast.FuncLit:
		sig, _ = v.typeOf(fn).(*types.Signature)
	}
	if sig != nil {
		for i := 0; i < sig.Results().Len(); i++ {
			results[sig.Results().At(i)] = true
		}
	}
	return results
}

// liveAfter reports whether code after the place may read a variable as it is there.
func (v *verdict) liveAfter(x *types.Var) bool {
	if !v.declaredIn(x, v.fn) {
		return true
	}
	if v.flow.live(v.u.info, x, v.flow.after[v.list[0]]) {
		return true
	}
	// A literal outside of the place, or one that is kept, can read it at any time.
	return v.capturedElsewhere(x)
}

// capturedElsewhere reports whether a literal that does not stand in the place
// mentions a variable, or its address is taken outside of the place.
func (v *verdict) capturedElsewhere(x *types.Var) bool {
	found := false
	ast.Inspect(bodyOf(v.fn), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			if !v.holds(n.Pos()) && mentions(v.u.info, n, x) {
				found = true
			}
			return false
		case *ast.UnaryExpr:
			if n.Op == token.AND && !v.holds(n.Pos()) && v.rootVar(n.X) == x {
				found = true
			}
		}
		return !found
	})
	return found
}

// rootVar is the variable at the beginning of a path of fields and elements.
func (b *body) rootVar(e ast.Expr) *types.Var {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.Ident:
			o, _ := b.u.info.ObjectOf(x).(*types.Var)
			return o
		default:
			return nil
		}
	}
}

// assignedLater finds an assignment to a variable that may come before the
// function's end: in code after the place, or in a literal.
func (v *verdict) assignedLater(x *types.Var) ast.Node {
	for _, i := range v.passes {
		for _, w := range v.flow.nodes[i].writes {
			if v.rootVar(w) == x {
				return w
			}
		}
	}
	var found ast.Node
	ast.Inspect(v.decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			if n.Pos() >= v.s.Pos() && n.End() <= v.s.End() {
				return false
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND && v.rootVar(n.X) == x {
				found = n
			}
		}
		eachStore(n, func(l ast.Expr) {
			if id, ok := ast.Unparen(l).(*ast.Ident); ok && v.u.info.Defs[id] != nil {
				return
			}
			if v.rootVar(l) == x && v.inOtherFunction(n) {
				found = l
			}
		})
		return found == nil
	})
	return found
}

func (v *verdict) inOtherFunction(n ast.Node) bool {
	in := false
	ast.Inspect(bodyOf(v.fn), func(m ast.Node) bool {
		if lit, ok := m.(*ast.FuncLit); ok {
			if lit.Pos() <= n.Pos() && n.Pos() < lit.End() {
				in = true
			}
			return false
		}
		return true
	})
	return in || n.Pos() < v.fn.Pos() || v.fn.End() <= n.Pos()
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
	return v.after.has(^(output|looks)) == nil && len(v.after.writes) == 0
}

// ended are the objects that the deferred call may write or end.  A body in sight that
// writes to a part of an object may write to the memory in it that slices lead to.
func (v *verdict) ended() bitset {
	var set bitset
	for _, w := range v.does.writes {
		set.union(w.objs)
		if w.w.callee == "" || stated[w.w.callee] == nil && !v.u.standardName(w.w.callee) {
			w.objs.each(func(i int) {
				if o := &v.g.objs[i]; o.memory != 0 && v.holdsArray(o.typ) {
					set.add(int(o.memory))
				}
			})
		}
	}
	return set
}

func (v *verdict) writeOf(o int) *witness {
	for _, w := range v.does.writes {
		if w.objs.has(o) {
			return w.w
		}
	}
	return &witness{node: v.s.Call}
}

// objects: everything that the call may write or end is private to the place.
func (v *verdict) objects() {
	ended := v.ended()
	if w := v.does.does[sharedMemory]; w != nil {
		v.addWitness("held-for-later", v.subject()+" changes what other code can reach, and later code may rely on it", w, "changed here", false)
	}
	if w := v.does.does[anything]; w != nil {
		v.addWitness("unknown-release", "what "+v.subject()+" does is not known", w, "called here", false)
	}
	if len(ended) == 0 && v.does.has(^effect(frames)) == nil {
		return
	}
	outside := v.g.withMemory(v.outside())
	reach := v.g.withMemory(v.g.reach(outside))
	ended.each(func(i int) {
		if v.g.objs[i].text {
			return
		}
		if at := v.g.objs[i].at; i == int(heap) || i == int(unknown) || outside.has(i) && (at == nil || !v.holds(at.Pos())) {
			v.notMine(i)
			return
		}
		if reach.has(i) {
			v.escaped(i, false)
		}
	})
	v.escapedNames(ended, reach)
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
	for _, p := range v.params {
		if p >= 0 {
			set.add(int(p))
		}
	}
	for x, n := range v.vars {
		if v.within(x, v.s) || v.mine(x) && !(v.ofHeader(x) && v.flow.live(v.u.info, x, v.flow.after[v.list[0]])) {
			continue
		}
		if v.within(x, v.place.loop) && !v.declaredHere(x) {
			continue // of a block inside that is over when the place is
		}
		if v.liveAfter(x) {
			set.union(v.g.pts[n])
			if o, ok := v.cells[x]; ok {
				set.add(int(o))
			}
		}
	}
	v.out = set
	return set
}

// declaredHere reports whether a variable is in scope at the place's end.
func (v *verdict) declaredHere(x *types.Var) bool {
	scope := x.Parent()
	return scope == nil || scope.Contains(v.end()) || scope.Pos() <= v.start() && v.end() <= scope.End()
}

// notMine: the object was there before the place.
func (v *verdict) notMine(i int) {
	w := v.writeOf(i)
	note := "not made in the iteration"
	if w.where != "" && w.callee != "" {
		note = "changed here"
	}
	v.addWitness("held-for-later", v.subject()+" changes what was not made in the iteration, and later code may rely on it", w, note, false)
}

// own narrows what the deferred call ends to what a call without a body has given to
// this iteration, by the convention of ownership: whoever gets something that can be
// released, beside an error or from a constructor, and releases it, owns it.  Where
// the release itself is a call of which nothing is known, it is relied on only if
// nothing follows the loop that could tell.
func (v *verdict) own() {
	sel, ok := ast.Unparen(v.s.Call.Fun).(*ast.SelectorExpr)
	x := ast.Expr(nil)
	switch {
	case ok && v.u.isMethodCall(sel):
		x = sel.X
	case len(v.does.opaque) > 0:
		x = v.receiverInLiteral()
	}
	if x == nil {
		return
	}
	made := v.madeByOpaque(x)
	if len(made) == 0 {
		return
	}
	if v.does.does[anything] != nil && !v.trivialAfter() {
		return
	}
	if v.does.does[anything] != nil {
		delete(v.does.does, anything)
		delete(v.does.does, looks)
		v.byName = true
	}
	v.assumes["owned-result"] = true
	owns := v.g.pts[v.eval(x)]
	for i := range v.does.writes {
		w := &v.does.writes[i]
		if intersects(w.objs, owns) {
			for k := range v.does.looked {
				v.does.looked[k].objs = v.does.looked[k].objs.without(w.objs)
			}
			v.does.lookedInto = v.does.lookedInto.without(w.objs)
			w.objs = v.g.withMemory(made)
		}
	}
}

// receiverInLiteral is the receiver of the one call of which nothing is known in a
// deferred literal.
func (v *verdict) receiverInLiteral() ast.Expr {
	var x ast.Expr
	for _, call := range v.does.opaque {
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !ok || !v.u.isMethodCall(sel) || x != nil && types.ExprString(x) != types.ExprString(sel.X) {
			return nil
		}
		x = sel.X
	}
	return x
}

// madeByOpaque are the results of calls without a body that an expression is, if
// it is nothing else.
func (v *verdict) madeByOpaque(x ast.Expr) bitset {
	root := v.rootVar(x)
	if root == nil || !v.holds(root.Pos()) {
		return nil
	}
	var made bitset
	known := true
	ast.Inspect(v.decl, func(n ast.Node) bool {
		s, ok := n.(*ast.AssignStmt)
		if !ok {
			return true
		}
		for i, l := range s.Lhs {
			id, ok := l.(*ast.Ident)
			if !ok || v.u.info.ObjectOf(id) != root {
				continue
			}
			if len(s.Rhs) != 1 && len(s.Rhs) != len(s.Lhs) {
				known = false
				continue
			}
			rhs, k := s.Rhs[0], i
			if len(s.Rhs) == len(s.Lhs) {
				rhs, k = s.Rhs[i], 0
			}
			call, ok := ast.Unparen(rhs).(*ast.CallExpr)
			if !ok {
				known = false
				continue
			}
			if in := v.invokes[call]; in != nil && isInterfaceMethod(in.fn) && !v.allInSight(in) && k < len(in.made) {
				made.add(int(in.made[k]))
			} else if d := v.dynamics[call]; d != nil && k < len(d.made) && len(s.Lhs) > 1 && v.g.pts[d.fn].has(int(unknown)) == false && v.unknownValue(d) {
				made.add(int(d.made[k]))
			} else {
				known = false
			}
		}
		return true
	})
	if !known {
		return nil
	}
	return made
}

// allInSight reports whether all methods are known that the call of an interface's may come to.
func (v *verdict) allInSight(in *invoke) bool {
	_, all := v.methods(in, true)
	return all
}

// unknownValue reports whether nothing is known of a function value but that the
// function was given it.
func (v *verdict) unknownValue(d *dynamic) bool {
	given := v.fromOutside()
	all := true
	v.g.pts[d.fn].each(func(i int) { all = all && given.has(i) })
	return all
}

// escaped: an object of the iteration can be reached from outside of it.
func (v *verdict) escaped(i int, byName bool) {
	w, note, certain := v.leak(i)
	name := v.nameOf(i)
	message := name + " can be reached when the iteration is over"
	if byName {
		message = "the name of " + name + " is known when the iteration is over"
	}
	v.addWitness("escapes-iteration", message, w, note, certain)
}

// nameOf is what the text calls an object.
func (v *verdict) nameOf(i int) string {
	best := ""
	var at token.Pos
	for x, n := range v.vars {
		if v.g.pts[n].has(i) && v.holds(x.Pos()) && (best == "" || x.Pos() < at) {
			best, at = x.Name(), x.Pos()
		}
	}
	if best == "" {
		return "what " + v.subject() + " releases"
	}
	return best
}

// leak finds the statement of the place through which an object gets out.
func (v *verdict) leak(o int) (w *witness, note string, certain bool) {
	holds := func(e ast.Expr) bool {
		if e == nil {
			return false
		}
		n := v.exprs[e]
		if n == 0 {
			return false
		}
		return v.g.reach(v.g.pts[n]).has(o)
	}
	found := func(n ast.Node, what string, sure bool) {
		if w == nil || sure && !certain {
			w, note, certain = &witness{node: n}, what, sure
		}
	}
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					x := v.rootVar(l)
					if x != nil && v.local(x) && (v.mine(x) || v.within(x, v.s)) {
						if _, ok := ast.Unparen(l).(*ast.Ident); ok {
							continue
						}
						if !v.leadsOut(l) {
							continue
						}
					}
					if id, ok := l.(*ast.Ident); ok && id.Name == "_" {
						continue
					}
					var r ast.Expr
					if len(n.Rhs) == len(n.Lhs) {
						r = n.Rhs[i]
					} else {
						r = n.Rhs[0]
					}
					if call, ok := ast.Unparen(r).(*ast.CallExpr); ok && v.u.builtin(call) == "append" {
						for _, arg := range call.Args[1:] {
							if holds(arg) {
								found(arg, "appended to "+types.ExprString(l), !v.onlyPresumed(arg))
							}
						}
						continue
					}
					if holds(r) || len(n.Rhs) != len(n.Lhs) && v.resultHolds(r, i, o) {
						found(n, "stored in "+types.ExprString(l), !v.onlyPresumed(r))
					}
				}
			case *ast.SendStmt:
				if holds(n.Value) {
					found(n, "sent on a channel", true)
				}
			case *ast.GoStmt:
				for _, arg := range append([]ast.Expr{n.Call.Fun}, n.Call.Args...) {
					if holds(arg) {
						found(n, "used by a goroutine", true)
					}
				}
			case *ast.CallExpr:
				in := v.invokes[n]
				if in == nil {
					break
				}
				for i, arg := range in.args {
					if arg == 0 || !v.g.reach(v.g.pts[arg]).has(o) {
						continue
					}
					sum := v.sums.lookup(in.name)
					if sum == nil {
						sum = in.absent
					}
					name := types.ExprString(n.Fun)
					if sum == nil || sum.unknown {
						found(n, name+" may keep it", false)
						continue
					}
					for _, e := range sum.edges {
						if e.from.index != in.sig.param(i) || e.from.kind == toResult {
							continue
						}
						switch e.to.kind {
						case toHeap:
							found(n, name+" keeps it", true)
						case toUnknown:
							found(n, name+" may keep it", false)
						case toParam:
							found(n, name+" may store it", false)
						}
					}
				}
			}
			return true
		})
	}
	if w == nil {
		return &witness{node: v.s}, "deferred here", false
	}
	return w, note, certain
}

// onlyPresumed reports whether an expression is what methods of interfaces gave of which
// nothing is known: whether it holds anything of their receivers is not certain.
func (v *verdict) onlyPresumed(e ast.Expr) bool {
	var calls []*invoke
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		calls = append(calls, v.invokes[call])
	} else if id, ok := ast.Unparen(e).(*ast.Ident); ok {
		if x, ok := v.u.info.ObjectOf(id).(*types.Var); ok {
			for in := range v.madeBy(x) {
				calls = append(calls, in)
			}
		}
	}
	for _, in := range calls {
		if in == nil || in.absent == nil || !isInterfaceMethod(in.fn) {
			return false
		}
	}
	return len(calls) > 0
}

func (v *verdict) resultHolds(r ast.Expr, i, o int) bool {
	call, ok := ast.Unparen(r).(*ast.CallExpr)
	if !ok {
		return false
	}
	nodes := v.calls[call]
	return i < len(nodes) && nodes[i] != 0 && v.g.reach(v.g.pts[nodes[i]]).has(o)
}

// leadsOut reports whether a place that is assigned to may lie in something from
// outside, though the variable at its beginning does not.
func (v *verdict) leadsOut(l ast.Expr) bool {
	x := v.rootVar(l)
	if x == nil {
		return true
	}
	out := v.g.reach(v.outside())
	return intersects(v.g.pts[v.variable(x)], out)
}

// escapedNames: what ends by name must not be known by name outside.
func (v *verdict) escapedNames(ended, reach bitset) {
	names := v.g.descriptors(ended)
	if v.endsByName() {
		names.union(v.names(ended))
	}
	given := v.fromOutside()
	names.each(func(i int) {
		if given.has(i) {
			return
		}
		if reach.has(i) {
			v.escaped(i, true)
		}
	})
}

// endsByName reports whether the deferred call may change what is known by a name.
func (v *verdict) endsByName() bool {
	return v.byName || v.does.has(world|scratch|anything|sharedMemory) != nil
}

// names are the strings and numbers by which others know what is released.
func (v *verdict) names(ended bitset) bitset {
	set := v.g.text(ended, true, true)
	for _, arg := range v.s.Call.Args {
		if n := v.eval(arg); n != 0 && !v.h.refs(v.typeOf(arg)) {
			set.union(v.g.text(v.g.pts[n], true, true))
		}
	}
	if v.does.does[scratch] != nil {
		v.g.pts[v.eval(v.s.Call.Fun)].each(func(i int) {
			if in := v.g.objs[i].call; in != nil {
				for _, m := range in.made {
					set.union(v.g.text(single(m), true, true))
				}
			}
		})
	}
	if lit, ok := ast.Unparen(v.s.Call.Fun).(*ast.FuncLit); ok {
		ast.Inspect(lit, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				for _, arg := range call.Args {
					if n := v.eval(arg); n != 0 && !v.h.refs(v.typeOf(arg)) {
						set.union(v.g.text(v.g.pts[n], true, true))
					}
				}
			}
			return true
		})
	}
	return set
}

// namesGiven: what the call does in the world must be unknown to later code: by a
// name that nobody else has, or because later code does nothing of the kind.
func (v *verdict) namesGiven() {
	for _, n := range effectNames {
		w := v.does.does[n.bit]
		if w == nil || n.bit&world == 0 {
			continue
		}
		if exit := v.laterEffects().does[quits]; exit != nil && !(n.bit == database && v.committed()) {
			v.addWitness("changes-world", fmt.Sprintf("%s %s, which never happens if the program ends before the function does", v.subject(), n.says), exit, "ends it", false)
		}
		if n.bit != environment && v.nameIsFresh(n.bit) || n.bit == database && v.committed() {
			continue
		}
		if other := v.laterEffects().has(n.bit | anything); other != nil {
			v.addWitness("changes-world", fmt.Sprintf("%s %s, which later code may look at", v.subject(), n.says), w, n.says, false)
		}
	}
	if w := v.does.does[output]; w != nil {
		_, isLit := ast.Unparen(v.s.Call.Fun).(*ast.FuncLit)
		release := isLit || v.u.isMethodCall(v.u.callee(v.s.Call)) || v.privateEnded() > 0
		if !release || w.callee != "" && w.where == "" && !v.onError(w.node) {
			v.addWitness("unknown-release", v.subject()+" prints, now before what later code prints", w, "prints", false)
		} else {
			v.assumes["diagnostic-output"] = true
		}
	}
}

// privateEnded is the number of objects that the call ends and that are not known elsewhere.
func (v *verdict) privateEnded() int {
	n := 0
	v.ended().each(func(i int) {
		if i > int(lent) && !v.g.objs[i].text {
			n++
		}
	})
	return n
}

// onError reports whether a node stands in a branch that is taken only if an error
// is not nil.
func (v *verdict) onError(at ast.Node) bool {
	found := false
	ast.Inspect(v.s, func(n ast.Node) bool {
		s, ok := n.(*ast.IfStmt)
		if ok && s.Body.Pos() <= at.Pos() && at.Pos() < s.Body.End() {
			if cond, ok := s.Cond.(*ast.BinaryExpr); ok && cond.Op == token.NEQ && (isError(v.typeOf(cond.X)) || isError(v.typeOf(cond.Y))) {
				found = true
			}
		}
		return !found
	})
	return found
}

// nameIsFresh reports whether all that is released has a name that its acquisition chose,
// and nothing was stored in it that has others.
func (v *verdict) nameIsFresh(class effect) bool {
	ended := v.ended()
	set := v.names(ended)
	stored := false
	v.g.reach(ended).each(func(i int) {
		o := &v.g.objs[i]
		if o.call == nil || o.text || o.plain || o.result != 0 {
			return
		}
		e := v.sums.effectsOf(o.call.fn)
		if c := v.sums.contractOf(o.call.fn); c != nil {
			e = c.effects
		}
		if e != nil && e.does&class != 0 && !v.makesName(v.sums, o.call, o.at, o.result) {
			stored = true
		}
	})
	if stored {
		return false
	}
	fresh, known := false, true
	check := func(i int) {
		o := &v.g.objs[i]
		if o.call == nil || !v.makesName(v.sums, o.call, o.at, o.result) {
			known = false
			return
		}
		fresh = true
	}
	set.each(check)
	return fresh && known
}

// makesName reports whether a call names what it makes so that nobody else knows it.
func (b *body) makesName(sums *summaries, in *invoke, at ast.Node, result int) bool {
	c := sums.contractOf(in.fn)
	if c == nil {
		e := sums.effectsOf(in.fn)
		return e != nil && e.fresh[result]
	}
	if !c.names {
		return false
	}
	if c.argument < 0 {
		return true
	}
	call, ok := at.(*ast.CallExpr)
	if !ok || c.argument >= len(call.Args) {
		return false
	}
	value := b.u.info.Types[call.Args[c.argument]].Value
	if value == nil {
		return false
	}
	text := strings.Trim(value.ExactString(), `"`)
	return text == strings.Trim(c.value, `"`) || c.value == ":0" && strings.HasSuffix(text, ":0")
}

// waitingServer: closing a test server waits for the requests that it is at; one whose
// handler waits for others may be at some until code after the place has run.
func (v *verdict) waitingServer() {
	if !v.isMethod(v.s.Call, "(*net/http/httptest.Server).Close") {
		return
	}
	in := v.invokes[v.s.Call]
	if in == nil || len(in.args) == 0 {
		return
	}
	c := newCollector(v.body, v.sums)
	c.callsInto(v.s.Call, v.g.pts[in.args[0]], &witness{node: v.s.Call})
	if w := c.does[signals]; w != nil {
		v.add("waits-or-signals", v.subject()+" waits for requests whose handler waits for others", w.node, "waits", false)
	}
}

// noticed: what the call does through a connection or a file that others know by name.
func (v *verdict) noticed() {
	if w := v.does.does[peers]; w != nil {
		v.assumes["peer-indifferent"] = true
		v.laterEffects()
		if other := v.after.has(network | peers); other != nil {
			v.addWitness("changes-world", v.subject()+" is noticed at the other end of the connection, which later code may talk to", other, "talks to the network", false)
		} else if at := v.dialsTheSame(); at != nil {
			v.add("changes-world", "each pass connects to the same address, where the connections of earlier ones may count", at, "connects here", false)
		}
	}
	if w := v.does.does[peers]; w != nil && !strings.HasSuffix(w.callee, ").Close") && v.later.has(signals|anything) != nil {
		v.addWitness("waits-or-signals", v.subject()+" may wait for the other end of the connection", w, "waits", false)
	}
	for _, wr := range v.does.writes {
		if v.onlyCloses(wr.w) {
			continue
		}
		wr.objs.each(func(i int) {
			o := &v.g.objs[i]
			if o.text || o.plain || i <= int(lent) || !v.isOpenFile(o) {
				return
			}
			v.laterEffects()
			call, _ := o.at.(*ast.CallExpr)
			same := call != nil && o.call != nil && v.opensToWrite(o.call.fn) && len(call.Args) > 0 && !v.variesIn(call.Args[0])
			other := v.after.has(fileSystem | process | anything)
			if exit := v.later.does[quits]; exit != nil {
				v.addWitness("flushes", v.subject()+" writes to a file, which never happens if the program ends before the function does", exit, "ends it", false)
			}
			if at := v.later.does[lists]; at != nil {
				v.addWitness("flushes", v.subject()+" writes to a file that later code may come across in its directory", at, "looks through a directory", false)
			} else if (other != nil || same) && !v.nameIsFresh(fileSystem) {
				v.addWitness("flushes", v.subject()+" writes to a file that later code may read by its name", wr.w, "written here", false)
			}
		})
	}
}

// onlyCloses reports whether an effect is that of a Close of the standard library's files
// and connections, which writes nothing.
func (v *verdict) onlyCloses(w *witness) bool {
	return strings.HasPrefix(w.callee, "(*os.") && strings.HasSuffix(w.callee, ").Close") || strings.HasPrefix(w.callee, "(io.") || strings.HasPrefix(w.callee, "(*net.") && strings.HasSuffix(w.callee, ").Close")
}

// isOpenFile reports whether an object is a file, or something that a function of the
// package made which opens one to write to.
func (v *verdict) isOpenFile(o *object) bool {
	if o.typ != nil && types.TypeString(o.typ, nil) == "*os.File" {
		return true
	}
	return o.call != nil && v.opensToWrite(o.call.fn)
}

// writesFiles reports whether the deferred call writes to a file, other than by closing it.
func (v *verdict) writesFiles() bool {
	found := false
	for _, wr := range v.does.writes {
		if v.onlyCloses(wr.w) {
			continue
		}
		wr.objs.each(func(i int) { found = found || !v.g.objs[i].text && v.isOpenFile(&v.g.objs[i]) })
	}
	return found
}

// opensToWrite reports whether a function opens a file to write to, itself or by way of
// functions of the package that it calls.
func (v *verdict) opensToWrite(fn *types.Func) bool {
	seen := make(map[*types.Func]bool)
	var opens func(fn *types.Func) bool
	opens = func(fn *types.Func) bool {
		switch funcName(fn) {
		case "os.Create", "os.OpenFile", "os.CreateTemp":
			return true
		}
		decl := v.u.declOf(fn)
		if decl == nil || seen[fn] {
			return false
		}
		seen[fn] = true
		found := false
		ast.Inspect(decl.Body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && !found {
				if callee := v.u.static(v.u.callee(call)); callee != nil {
					found = opens(callee)
				}
			}
			return !found
		})
		return found
	}
	return opens(fn)
}

// dialsTheSame finds a call of package net in the loop that connects to an address
// which does not change from pass to pass and was found out by the function itself, as
// that of a listener is: what listens there may be in sight.
func (v *verdict) dialsTheSame() ast.Node {
	var found ast.Node
	ast.Inspect(v.loop, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return found == nil
		}
		fn := v.u.static(v.u.callee(call))
		if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "net" && fn.Pkg().Path() != "crypto/tls" || !strings.HasPrefix(fn.Name(), "Dial") {
			return true
		}
		given := v.fromOutside()
		for _, arg := range call.Args {
			if v.variesIn(arg) {
				return true
			}
			if !v.h.refs(v.typeOf(arg)) && !v.g.pts[v.eval(arg)].without(given).empty() {
				found = call
			}
		}
		return found == nil
	})
	return found
}

// variesIn reports whether an expression has a variable in it that the loop gives
// another value each time.
func (v *verdict) variesIn(e ast.Expr) bool {
	varies := false
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if x, ok := v.u.info.ObjectOf(id).(*types.Var); ok && v.within(x, v.loop) {
				varies = true
			}
		}
		return !varies
	})
	return varies
}

// unused: what the iteration acquires and does not use may be there for its effect,
// which code after the place may rely on.  A plain file or a response is not.
func (v *verdict) unused() {
	in, x := v.acquisition()
	if in == nil || x == nil {
		return
	}
	c := v.sums.contractOf(in.fn)
	// Who calls a transport itself is interested in how it deals with its connections.
	transport := in.fn.Name() == "RoundTrip"
	if c != nil && !transport && (c.does&^fileSystem == 0 || in.fn.Pkg().Path() == "net/http" || c.later != nil) {
		return
	}
	if e := v.sums.effectsOf(in.fn); c == nil && !transport && e != nil && e.does&(world|acquires|sharedMemory|starts|anything) == 0 {
		return
	}
	used := false
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.DeferStmt:
				return n != v.s
			case *ast.AssignStmt:
				for _, r := range n.Rhs {
					if call, ok := ast.Unparen(r).(*ast.CallExpr); ok && v.invokes[call] == in {
						return false
					}
				}
			case *ast.BinaryExpr:
				if isNil(v.u, n.X) || isNil(v.u, n.Y) {
					return false
				}
			case *ast.Ident:
				if o, ok := v.u.info.ObjectOf(n).(*types.Var); ok && v.results(in)[o] && !isError(o.Type()) {
					used = true
				}
			}
			return !used
		})
	}
	if !used {
		v.add("held-for-later", x.Name()+" is not used in the iteration: it may be there for its effect on later code", v.s, "acquired, but not used", false)
	}
}

func isNil(u *unit, e ast.Expr) bool { return u.info.Types[e].IsNil() }

// acquisition is the call whose result the deferred call releases, and the variable
// that has the result.
func (v *verdict) acquisition() (*invoke, *types.Var) {
	fun := ast.Unparen(v.s.Call.Fun)
	if lit, ok := fun.(*ast.FuncLit); ok {
		fun = onlyReceiver(v.u, lit)
	}
	x := v.rootVar(fun)
	if x == nil || !v.within(x, v.loop) {
		return nil, nil
	}
	for in := range v.madeBy(x) {
		return in, x
	}
	return nil, nil
}

// onlyReceiver is what a literal calls methods of, if that is one thing; nil otherwise.
func onlyReceiver(u *unit, lit *ast.FuncLit) ast.Expr {
	var x ast.Expr
	several := false
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && u.isMethodCall(ast.Unparen(call.Fun)) {
			recv := ast.Unparen(call.Fun).(*ast.SelectorExpr).X
			several = several || x != nil && types.ExprString(x) != types.ExprString(recv)
			x = recv
		}
		return true
	})
	if several {
		return nil
	}
	return x
}

// released are the variables of the iteration that the deferred call has to do with: its
// receiver, its arguments, what a literal mentions; and what came with them.
func (v *verdict) released() map[*types.Var]bool {
	found := make(map[*types.Var]bool)
	note := func(x *types.Var) {
		if x == nil || !v.local(x) || !v.holds(x.Pos()) || v.within(x, v.s) || isError(x.Type()) {
			return
		}
		if _, basic := coreType(x.Type()).(*types.Basic); basic && !isString(x.Type()) {
			return
		}
		found[x] = true
		for in := range v.madeBy(x) {
			for r := range v.results(in) {
				found[r] = found[r] || !isError(r.Type())
			}
		}
	}
	ast.Inspect(v.s.Call, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			x, _ := v.u.info.ObjectOf(id).(*types.Var)
			note(x)
		}
		return true
	})
	ended := v.ended()
	for x, n := range v.vars {
		if !found[x] && !v.g.textless(v.g.pts[n], ended).empty() {
			note(x) // it is written to, by way of another
		}
	}
	return found
}

// eachDefinition calls visit for each call in a node that gives variables their values,
// with these variables: in an assignment or a declaration.
func (v *verdict) eachDefinition(root ast.Node, visit func(call *ast.CallExpr, x *types.Var)) {
	ast.Inspect(root, func(n ast.Node) bool {
		var left, right []ast.Expr
		switch n := n.(type) {
		case *ast.AssignStmt:
			left, right = n.Lhs, n.Rhs
		case *ast.ValueSpec:
			for _, name := range n.Names {
				left = append(left, name)
			}
			right = n.Values
		}
		for i, l := range left {
			x := v.rootVar(l)
			var value ast.Expr
			switch {
			case len(right) == 1:
				value = right[0]
			case i < len(right):
				value = right[i]
			}
			if call, ok := ast.Unparen(value).(*ast.CallExpr); ok && x != nil {
				visit(call, x)
			}
		}
		return true
	})
}

// madeBy are the calls whose results a variable is assigned.
func (v *verdict) madeBy(x *types.Var) map[*invoke]bool {
	found := make(map[*invoke]bool)
	v.eachDefinition(v.loop, func(call *ast.CallExpr, to *types.Var) {
		if to == x && v.invokes[call] != nil {
			found[v.invokes[call]] = true
		}
	})
	return found
}

// results are the variables that get the results of a call.
func (v *verdict) results(in *invoke) map[*types.Var]bool {
	if v.resultsOf == nil {
		v.resultsOf = make(map[*invoke]map[*types.Var]bool)
	}
	if known, ok := v.resultsOf[in]; ok {
		return known
	}
	found := make(map[*types.Var]bool)
	v.eachDefinition(v.loop, func(call *ast.CallExpr, x *types.Var) {
		if v.invokes[call] == in {
			found[x] = true
		}
	})
	v.resultsOf[in] = found
	return found
}

// subtests: a parallel subtest goes on when the function that started it has returned.
func (v *verdict) subtests() {
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !v.isMethod(call, "(*testing.T).Run") {
				return true
			}
			c := newCollector(v.body, v.sums)
			c.call(call)
			if w := c.does[starts]; w != nil {
				v.add("escapes-iteration", "a parallel subtest goes on after the function has returned, and may use it", call, "runs a parallel subtest", true)
			}
			return true
		})
	}
}

// lentOut: methods of interfaces get contexts, readers and writers for the call only,
// by convention.  It is relied on where nothing follows the loop that could tell.
func (v *verdict) lentOut() {
	reach := v.g.reach(single(lent))
	hit := false
	v.ended().each(func(i int) {
		if i > int(lent) && !v.g.objs[i].text && reach.has(i) {
			hit = true
		}
	})
	if !hit {
		return
	}
	if v.trivialAfter() && !v.askedAgain() {
		v.assumes["operand-not-kept"] = true
		return
	}
	v.add("escapes-iteration", "a method of an interface got it, and may keep it", v.s, "deferred here", false)
}

// askedAgain reports whether what a method was called on that got a reader, writer or
// context in the iteration is called by another of its methods in the function, which
// could tell whether it has kept it; or a function value that got it, beside others.
func (v *verdict) askedAgain() bool {
	borrowers := make(map[string]string)
	each := func(n ast.Node, visit func(x, method string, in *invoke)) {
		ast.Inspect(n, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && call != v.s.Call {
				if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && v.u.isMethodCall(sel) {
					if in := v.invokes[call]; in != nil && isInterfaceMethod(in.fn) {
						visit(types.ExprString(sel.X), sel.Sel.Name, in)
					}
				}
			}
			return true
		})
	}
	ended := v.ended()
	for _, stmt := range v.list {
		each(stmt, func(x, method string, in *invoke) {
			for _, arg := range in.args[1:] {
				if intersects(v.g.reach(v.g.pts[arg]), ended) {
					borrowers[x] = method
				}
			}
		})
	}
	again := false
	each(bodyOf(v.fn), func(x, method string, in *invoke) {
		if first, ok := borrowers[x]; ok && first != method {
			again = true
		}
	})
	if again || !v.functionsLent(ended) {
		return again
	}
	values := v.functionValues()
	for _, varies := range values {
		again = again || varies
	}
	return again || len(values) > 1
}

// functionsLent reports whether the iteration gives what ends with it to function values.
func (v *verdict) functionsLent(ended bitset) bool {
	lends := false
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && v.dynamics[call] != nil && call != v.s.Call {
				for _, arg := range v.dynamics[call].args {
					lends = lends || intersects(v.g.reach(v.g.pts[arg]), ended)
				}
			}
			return !lends
		})
	}
	return lends
}

// functionValues are the function values that the function was given and calls, as
// written, and whether they are others on each pass.
func (v *verdict) functionValues() map[string]bool {
	values := make(map[string]bool)
	ast.Inspect(bodyOf(v.fn), func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && v.dynamics[call] != nil && v.unknownValue(v.dynamics[call]) {
			values[types.ExprString(call.Fun)] = v.variesIn(call.Fun)
		}
		return true
	})
	return values
}

// committed reports whether the deferred call is a rollback of a transaction that is
// committed on every way to the place's end: there is nothing left to undo.
func (v *verdict) committed() bool {
	sel, ok := ast.Unparen(v.s.Call.Fun).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Rollback" {
		return false
	}
	fn := v.u.static(v.u.callee(v.s.Call))
	if fn == nil || funcName(fn) != "(*database/sql.Tx).Rollback" {
		return false
	}
	x := v.rootVar(sel.X)
	if x == nil {
		return false
	}
	var commits func(n ast.Node) bool
	commits = func(n ast.Node) bool {
		found := false
		ast.Inspect(n, func(n ast.Node) bool {
			if _, ok := n.(*ast.FuncLit); ok || found {
				return false
			}
			if b, ok := n.(*ast.BinaryExpr); ok && (b.Op == token.LAND || b.Op == token.LOR) {
				found = commits(b.X) // the right operand may not be evaluated
				return false
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if fn := v.u.static(v.u.callee(call)); fn != nil && (funcName(fn) == "(*database/sql.Tx).Commit" || funcName(fn) == "(*database/sql.Tx).Rollback") {
				if s, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && v.rootVar(s.X) == x {
					found = true
				}
			}
			return !found
		})
		return found
	}
	end := v.flow.after[v.list[0]]
	start := v.deferNode()
	if start < 0 {
		return false
	}
	seen := make(map[int]bool)
	todo := append([]int(nil), v.flow.nodes[start].succ...)
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[i] {
			continue
		}
		seen[i] = true
		if i == end {
			return false
		}
		done := false
		for _, r := range v.flow.nodes[i].reads {
			done = done || commits(r)
		}
		if !done {
			todo = append(todo, v.flow.nodes[i].succ...)
		}
	}
	return true
}

// rights: a lock that is given up earlier leaves later code unprotected.
func (v *verdict) rights() {
	w := v.does.does[releases]
	if w == nil {
		return
	}
	private := true
	outside := v.g.reach(v.outside())
	v.ended().each(func(i int) {
		if outside.has(i) {
			private = false
		}
	})
	if private && len(v.ended()) > 0 {
		return
	}
	if v.heldOnly() {
		// Nothing in the iteration needs the right: it is there for what follows.
		v.hazards = slices.DeleteFunc(v.hazards, func(h hazard) bool { return h.Code == "held-for-later" })
		v.addWitness("held-for-later", v.subject()+" gives up a right that nothing in the iteration needs, but later code", w, "given up here", true)
		return
	}
	v.addWitness("held-for-later", v.subject()+" gives up a right that later code may rely on", w, "given up here", false)
}

// heldOnly reports whether the iteration takes a right in the statement before the defer,
// and ends with the defer.
func (v *verdict) heldOnly() bool {
	n := len(v.home)
	if n < 2 || v.home[n-1] != ast.Stmt(v.s) {
		return false
	}
	c := newCollector(v.body, v.sums)
	c.walk(v.home[n-2])
	c.settle()
	return c.does[acquires] != nil
}

// undone: what a call on the resource has put into force ends with it.
func (v *verdict) undone() {
	ended := v.ended()
	names := v.g.descriptors(ended)
	if v.endsByName() {
		names.union(v.names(ended).without(v.fromOutside()))
	}
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			if n == v.s {
				return false
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			in := v.invokes[call]
			if in == nil {
				return true
			}
			on := false
			for _, arg := range in.args {
				on = on || intersects(v.g.reach(v.g.pts[arg]), ended) || intersects(v.g.pts[arg], names)
			}
			for _, o := range in.made {
				on = on || o > lent && ended.has(int(o)) // taken by what makes it
			}
			if !on {
				return true
			}
			c := newCollector(v.body, v.sums)
			c.invoke(call, in, v.operandExprs(call))
			c.settle()
			if w := c.does[acquires]; w != nil && !intersects(ended, v.lockObjects(in)) && !v.onlySelects(call) {
				v.addWitness("held-for-later", types.ExprString(call.Fun)+" takes a right that the release gives up", w, "taken here", false)
			}
			return true
		})
	}
}

// onlySelects reports whether a call runs a constant SQL query that puts nothing into
// force on its connection.
func (v *verdict) onlySelects(call *ast.CallExpr) bool {
	for _, arg := range call.Args {
		if value := v.u.info.Types[arg].Value; value != nil && value.Kind() == constant.String {
			query := strings.ToLower(strings.TrimSpace(constant.StringVal(value)))
			return strings.HasPrefix(query, "select ") && !strings.Contains(query, "lock") && !strings.Contains(query, "set_config") && !strings.Contains(query, "for update")
		}
	}
	return false
}

func (v *verdict) lockObjects(in *invoke) bitset {
	if len(in.args) == 0 {
		return nil
	}
	if c := v.sums.contractOf(in.fn); c != nil && c.writes[0] == touchesItself {
		return v.g.pts[in.args[0]]
	}
	return nil
}

// frame: a closure adds a frame to the stack, and a name that is not the function's.
func (v *verdict) frame() {
	for _, stmt := range v.list {
		literal := token.NoPos // where the outermost literal ends
		ast.Inspect(stmt, func(n ast.Node) bool {
			if lit, ok := n.(*ast.FuncLit); ok && lit.End() > literal {
				literal = lit.End()
			}
			call, ok := n.(*ast.CallExpr)
			if !ok || v.u.builtin(call) != "" || v.u.info.Types[call.Fun].IsType() {
				return true
			}
			sees, keeps := v.looksAtStack(call)
			if sig, ok := coreType(v.typeOf(call.Fun)).(*types.Signature); ok && call.Pos() < literal && !tellsFrames(sig) {
				return true // what reports the line of its caller reports that of the literal
			}
			if sees {
				v.add("caller-frame", types.ExprString(call.Fun)+" looks at the stack, which has one more frame in a closure", call, "looks at the stack", false)
			} else if keeps {
				v.assumes["stack-traces"] = true
			}
			return true
		})
	}
}

// looksAtStack reports whether a call gives something that depends on the frames of the
// stack, and whether it may keep such a thing for people to read.
func (v *verdict) looksAtStack(call *ast.CallExpr) (sees, keeps bool) {
	fn := v.u.static(v.u.callee(call))
	if fn != nil && !isInterfaceMethod(fn) {
		sees = v.sums.seesFrames(fn)
		e := v.sums.effectsOf(fn)
		keeps = fn.Pkg() != nil && fn.Pkg().Path() == "log/slog" || e != nil && v.sums.contractOf(fn) == nil && e.does&frames != 0
		return sees, keeps
	}
	sig, ok := coreType(v.typeOf(call.Fun)).(*types.Signature)
	if _, lit := ast.Unparen(call.Fun).(*ast.FuncLit); lit || !ok || !tellsFrames(sig) {
		return false, false
	}
	if fn != nil && v.sums.namesakeSeesFrames(fn) {
		return true, false
	}
	c := newCollector(v.body, v.sums)
	c.call(call)
	texts := false
	for i := 0; i < sig.Results().Len(); i++ {
		texts = texts || isString(sig.Results().At(i).Type())
	}
	return c.does[frames] != nil, fn == nil && texts && c.does[anything] != nil
}

// seesFrames reports whether what a function does or returns depends on the frames of
// the stack above it.
func (s *summaries) seesFrames(fn *types.Func) bool {
	if fn.Pkg() != nil && fn.Pkg().Path() == "testing" {
		return false // which reports lines
	}
	if c := s.contractOf(fn); c != nil {
		return c.does&frames != 0
	}
	e := s.effectsOf(fn)
	return e != nil && e.does&frames != 0 && (s.own[funcName(fn)] != nil || tellsFrames(fn.Type().(*types.Signature)))
}

// namesakeSeesFrames reports whether a method in sight that the call of an interface's may
// come to looks at the stack.
func (s *summaries) namesakeSeesFrames(fn *types.Func) bool {
	for _, full := range s.namesakes(fn.Name()) {
		if e := s.effectsNamed(full); e != nil && e.does&frames != 0 {
			return true
		}
	}
	return false
}

// tellsFrames reports whether a function that looks at the stack may say what it saw: in a
// result.  What loggers and errors keep of it is for people.
func tellsFrames(sig *types.Signature) bool {
	results := sig.Results()
	for i := 0; i < results.Len(); i++ {
		if !isError(results.At(i).Type()) {
			return true
		}
	}
	return false
}

// deadlock reports whether whoever goes on in the loop waits for ever, for a lock that
// only the deferred call of an earlier pass gives back; and whether each pass takes it,
// whatever way it goes: then the function has never got past its second pass, and there
// is no behaviour to keep.
func (v *verdict) deadlock() (waits, always bool) {
	unlock, ok := ast.Unparen(v.s.Call.Fun).(*ast.SelectorExpr)
	if !ok || !v.isUnlock(v.s.Call) || !v.steady(unlock.X) {
		return false, false
	}
	lock := types.ExprString(unlock.X)
	other := false
	ast.Inspect(v.decl, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		_, starts := n.(*ast.GoStmt)
		other = other || starts || ok && call != v.s.Call && v.isUnlock(call)
		return !other
	})
	if other {
		return false, false
	}
	body := loopBody(v.loop)
	if body != nil && len(body.List) > 0 && len(v.list) > 0 && body.List[0] == v.list[0] {
		for _, s := range v.list {
			if s == ast.Stmt(v.s) {
				break
			}
			if jumps(s) {
				break // a pass may go round it
			}
			always = always || v.locks(s, lock, "")
		}
	}
	return always || v.relocks(lock), always && v.nothingAfter()
}

// jumps reports whether a statement may leave the list that it stands in other than by
// leaving the function.
func jumps(s ast.Stmt) bool {
	found := false
	ast.Inspect(s, func(n ast.Node) bool {
		if _, lit := n.(*ast.FuncLit); lit {
			return false
		}
		if b, ok := n.(*ast.BranchStmt); ok && b.Tok != token.FALLTHROUGH {
			found = true
		}
		return !found
	})
	return found
}

// nothingAfter reports whether the function does nothing more when the loop is over: it
// calls nothing, and reads nothing but its variables and constants.
func (v *verdict) nothingAfter() bool {
	nothing := true
	for _, i := range v.passes {
		for _, r := range v.flow.nodes[i].reads {
			if v.inLoop(r) {
				continue
			}
			ast.Inspect(r, func(n ast.Node) bool {
				switch n.(type) {
				case *ast.CallExpr, *ast.SelectorExpr, *ast.IndexExpr, *ast.StarExpr, *ast.UnaryExpr, *ast.FuncLit:
					nothing = false
				}
				return nothing
			})
		}
	}
	return nothing
}

func (v *verdict) isUnlock(call *ast.CallExpr) bool {
	return v.isMethod(call, "(*sync.Mutex).Unlock", "(*sync.RWMutex).Unlock")
}

// relocks reports whether every way on from the defer either leaves the function or
// comes to a statement that takes the lock again.
func (v *verdict) relocks(lock string) bool {
	const (
		open = iota + 1
		done
	)
	state := make(map[int]int)
	found := false
	var visit func(i int) bool
	visit = func(i int) bool {
		if i == 0 || state[i] == done {
			return true
		}
		if state[i] == open {
			return false // round and round without it
		}
		state[i] = open
		n := v.flow.nodes[i]
		for _, r := range n.reads {
			if s, ok := r.(ast.Stmt); ok && v.locks(s, lock, "") {
				found = true
				state[i] = done
				return true
			}
		}
		for _, next := range n.succ {
			if !visit(next) {
				return false
			}
		}
		state[i] = done
		return true
	}
	if start := v.deferNode(); start >= 0 {
		for _, next := range v.flow.nodes[start].succ {
			if !visit(next) {
				return false
			}
		}
	}
	return found
}

// locks reports whether a statement takes a lock for certain: calls its Lock, or a method
// that does so among its first statements.  In that method's body, own is the name of the
// receiver, and lock what comes after it.
func (v *verdict) locks(s ast.Stmt, lock, own string) bool {
	e, ok := s.(*ast.ExprStmt)
	if !ok {
		return false
	}
	call, ok := e.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return false
	}
	if v.isMethod(call, "(*sync.Mutex).Lock", "(*sync.RWMutex).Lock") {
		return types.ExprString(sel.X) == own+lock
	}
	field, ok := strings.CutPrefix(lock, types.ExprString(sel.X)+".")
	fn := v.u.static(sel)
	if own != "" || !ok || fn == nil {
		return false
	}
	decl := v.u.declOf(fn)
	if decl == nil || decl.Recv == nil || len(decl.Recv.List) != 1 || len(decl.Recv.List[0].Names) != 1 || pointee(fn.Type().(*types.Signature).Recv().Type()) == nil {
		return false
	}
	for _, s := range decl.Body.List {
		switch s.(type) {
		case *ast.ExprStmt, *ast.DeferStmt:
		default:
			return false
		}
		if v.locks(s, field, decl.Recv.List[0].Names[0].Name+".") {
			return true
		}
	}
	return false
}

func loopBody(loop ast.Stmt) *ast.BlockStmt {
	switch loop := loop.(type) {
	case *ast.ForStmt:
		return loop.Body
	case *ast.RangeStmt:
		return loop.Body
	}
	return nil
}

func (v *verdict) isMethod(call *ast.CallExpr, names ...string) bool {
	fn := v.u.static(v.u.callee(call))
	for _, name := range names {
		if fn != nil && funcName(fn) == name {
			return true
		}
	}
	return false
}

// steady reports whether an expression is a path of fields of a variable from
// outside the loop, none of which the function assigns to.
func (v *verdict) steady(e ast.Expr) bool {
	for x := ast.Unparen(e); ; {
		switch y := x.(type) {
		case *ast.SelectorExpr:
			x = ast.Unparen(y.X)
			continue
		case *ast.Ident:
		default:
			return false
		}
		break
	}
	x := v.rootVar(e)
	if x == nil || v.within(x, v.loop) {
		return false
	}
	steady := true
	ast.Inspect(v.decl, func(n ast.Node) bool {
		if s, ok := n.(*ast.AssignStmt); ok && s.Tok != token.DEFINE {
			for _, l := range s.Lhs {
				if v.rootVar(l) == x && strings.HasPrefix(types.ExprString(e), types.ExprString(l)) {
					steady = false
				}
			}
		}
		return steady
	})
	return steady
}
