package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A walker goes through one function in the order in which it is run, knows
// what is known at each point, and notes the operations that may panic, end the
// goroutine, or run code that nothing is known about.
//
// What is known ends, for places that others can reach, at every call that isn't
// known to be pure, at every operation that lets other goroutines go on, and at
// every store that, as far as types tell, may be to the place or to a pointer on
// the way to it (forget, forgetShared).  Loops are gone through once: what their
// bodies may end is forgotten before.
//
// Not handled, so that it counts as a possible panic: indexes that only
// arithmetic shows to be in range, function values, methods of interfaces.
type walker struct {
	s    *scope
	sums *summaries
	fn   ast.Node
	now  *knowledge

	summing bool
	loud    bool   // something may panic
	impure  bool   // something may be noticed by others
	need    uint64 // parameters that must not be nil
	params  map[*types.Var]int
	callees map[string]bool

	culprits []culprit
	deferred map[*ast.DeferStmt]bool // is the call itself quiet?

	targets []*target
	gotos   bool
	depth   int
}

// A culprit is an operation that may panic.
type culprit struct {
	node ast.Node
	why  string
}

// A target is what break and continue lead out of.
type target struct {
	label  string
	isLoop bool // break without a label leads out of it
	loops  bool // and continue to its head
	after  *knowledge
	again  *knowledge // where a continue leads
}

func newWalker(s *scope, sums *summaries, fn ast.Node) *walker {
	return &walker{
		s: s, sums: sums, fn: fn, now: &knowledge{},
		params: make(map[*types.Var]int), callees: make(map[string]bool), deferred: make(map[*ast.DeferStmt]bool),
	}
}

// run goes through a function's body.
func (w *walker) run(typ *ast.FuncType, recv *ast.FieldList, body *ast.BlockStmt) {
	if w.summing {
		w.takeParams(recv)
		w.takeParams(typ.Params)
	}
	ast.Inspect(body, func(n ast.Node) bool {
		if b, ok := n.(*ast.BranchStmt); ok && b.Tok == token.GOTO {
			w.gotos = true
		}
		_, lit := n.(*ast.FuncLit)
		return !lit
	})
	w.block(body.List)
}

// takeParams: a caller is asked for pointers that aren't nil, as far as they are used.
func (w *walker) takeParams(list *ast.FieldList) {
	if list == nil {
		return
	}
	for _, field := range list.List {
		if len(field.Names) == 0 {
			w.params[types.NewVar(token.NoPos, nil, "", types.Typ[types.Int])] = len(w.params)
		}
		for _, name := range field.Names {
			v, _ := w.s.info.Defs[name].(*types.Var)
			i := len(w.params)
			if v == nil {
				v = types.NewVar(token.NoPos, nil, "", types.Typ[types.Int])
			}
			w.params[v] = i
			if i < 64 && pointee(v.Type()) != nil && name.Name != "_" {
				w.now.add(fact{kind: nonNil, p: w.s.placeOf(name), need: 1 << i})
			}
		}
	}
}

// may notes that n may panic.
func (w *walker) may(n ast.Node, why string) {
	if w.now == nil {
		return // never run
	}
	w.loud = true
	if !w.summing {
		w.culprits = append(w.culprits, culprit{n, why})
	}
}

// calm is what a call of a declared function can't do.
func (w *walker) calm(fn *types.Func) calm {
	name := funcName(fn)
	if w.callees != nil {
		w.callees[name] = true
	}
	return w.sums.calm(name)
}

func (w *walker) block(list []ast.Stmt) {
	for _, s := range list {
		w.stmt(s, "")
	}
}

func (w *walker) stmt(s ast.Stmt, label string) {
	if w.summing && w.loud && w.impure {
		return
	}
	switch s := s.(type) {
	case nil, *ast.EmptyStmt:
	case *ast.BlockStmt:
		if label == "" {
			w.block(s.List)
			return
		}
		w.push(label, false)
		w.block(s.List)
		w.pop()
	case *ast.LabeledStmt:
		if w.gotos {
			w.now = &knowledge{} // whoever comes here
		}
		w.stmt(s.Stmt, s.Label.Name)
	case *ast.ExprStmt:
		w.expr(s.X)
	case *ast.AssignStmt:
		w.assign(s)
	case *ast.IncDecStmt:
		w.target(s.X)
		p := w.s.placeOf(s.X)
		counts := p != nil && s.Tok == token.INC && w.find(nonNeg, p, nil) != nil && w.below(p)
		w.store(s.X)
		if counts {
			w.now.add(fact{kind: nonNeg, p: p})
		}
	case *ast.DeclStmt:
		w.decl(s)
	case *ast.ReturnStmt:
		for _, r := range s.Results {
			w.expr(r)
		}
		w.now = nil
	case *ast.BranchStmt:
		w.branch(s)
	case *ast.IfStmt:
		w.stmt(s.Init, "")
		w.push(label, false)
		yes, no := w.cond(s.Cond)
		w.now = yes
		w.block(s.Body.List)
		then := w.now
		w.now = no
		w.stmt(s.Else, "")
		w.now = join(then, w.now)
		w.pop()
	case *ast.ForStmt:
		w.loop(s, label)
	case *ast.RangeStmt:
		w.rangeStmt(s, label)
	case *ast.SwitchStmt:
		w.switchStmt(s, label)
	case *ast.TypeSwitchStmt:
		w.typeSwitch(s, label)
	case *ast.SelectStmt:
		w.selectStmt(s, label)
	case *ast.SendStmt:
		w.expr(s.Chan)
		w.expr(s.Value)
		w.may(s, "sends on a channel, which may be closed")
		w.forgetShared(w.now)
	case *ast.GoStmt:
		w.operands(s.Call)
		w.impure = true
	case *ast.DeferStmt:
		w.operands(s.Call)
		if sel, ok := ast.Unparen(s.Call.Fun).(*ast.SelectorExpr); ok {
			w.methodValue(sel)
		}
		w.deferStmt(s)
	default:
		w.may(s, "is not understood")
	}
}

func (w *walker) push(label string, isLoop bool) *target {
	t := &target{label: label, isLoop: isLoop}
	w.targets = append(w.targets, t)
	return t
}

// pop ends a statement that can be left by break.
func (w *walker) pop() {
	t := w.targets[len(w.targets)-1]
	w.targets = w.targets[:len(w.targets)-1]
	w.now = join(w.now, t.after)
}

func (w *walker) branch(s *ast.BranchStmt) {
	if s.Tok == token.BREAK {
		for i := len(w.targets) - 1; i >= 0; i-- {
			t := w.targets[i]
			if s.Label != nil && t.label == s.Label.Name || s.Label == nil && t.isLoop {
				t.after = join(t.after, w.now)
				break
			}
		}
	}
	if s.Tok == token.CONTINUE {
		for i := len(w.targets) - 1; i >= 0; i-- {
			if t := w.targets[i]; t.loops && (s.Label == nil || t.label == s.Label.Name) {
				t.again = join(t.again, w.now)
				break
			}
		}
	}
	if s.Tok != token.FALLTHROUGH {
		w.now = nil
	}
}

func (w *walker) decl(s *ast.DeclStmt) {
	d, ok := s.Decl.(*ast.GenDecl)
	if !ok {
		return
	}
	for _, spec := range d.Specs {
		v, ok := spec.(*ast.ValueSpec)
		if !ok || d.Tok != token.VAR {
			continue
		}
		for _, value := range v.Values {
			w.expr(value)
		}
		for i, name := range v.Names {
			switch {
			case len(v.Values) == len(v.Names):
				w.learn(name, v.Values[i], w.now)
			case len(v.Values) == 0:
				w.forget(w.now, w.s.written(name, w.fn))
				if isInteger(w.s.info.TypeOf(name)) {
					w.now.add(fact{kind: nonNeg, p: w.s.placeOf(name)})
				}
			default:
				w.forget(w.now, w.s.written(name, w.fn))
			}
		}
	}
}

func (w *walker) assign(s *ast.AssignStmt) {
	if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
		w.target(s.Lhs[0])
		w.expr(s.Rhs[0])
		switch s.Tok {
		case token.QUO_ASSIGN, token.REM_ASSIGN:
			w.divisor(s, s.Lhs[0], s.Rhs[0])
		case token.SHL_ASSIGN, token.SHR_ASSIGN:
			w.shift(s, s.Rhs[0])
		}
		w.store(s.Lhs[0])
		return
	}
	for _, l := range s.Lhs {
		w.target(l)
	}
	if len(s.Lhs) != len(s.Rhs) {
		w.commaOk(s.Rhs[0])
		for _, l := range s.Lhs {
			w.store(l)
		}
		return
	}
	for _, r := range s.Rhs {
		w.expr(r)
	}
	before := w.now.clone()
	for _, l := range s.Lhs {
		w.store(l)
	}
	if len(s.Lhs) == 1 {
		w.learnFrom(s.Lhs[0], s.Rhs[0], before)
	}
}

// commaOk evaluates the one expression that gives several values.
func (w *walker) commaOk(e ast.Expr) {
	switch x := ast.Unparen(e).(type) {
	case *ast.TypeAssertExpr:
		w.expr(x.X)
	default:
		w.expr(e)
	}
}

// target evaluates what is needed to store something in e.
func (w *walker) target(e ast.Expr) {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
	case *ast.IndexExpr:
		if m, ok := coreType(w.s.info.TypeOf(x.X)).(*types.Map); ok {
			w.expr(x.X)
			w.expr(x.Index)
			w.mapKey(x, m)
			if ok, _ := w.nonNil(x.X, w.now, true); !ok {
				w.may(x, "may be a nil map that is stored to")
			}
			return
		}
		w.expr(e)
	default:
		w.expr(e)
	}
}

// store notes that something is stored in e.
func (w *walker) store(e ast.Expr) {
	if id, ok := ast.Unparen(e).(*ast.Ident); ok && id.Name == "_" {
		return
	}
	wr := w.s.written(e, w.fn)
	w.forget(w.now, wr)
	if wr == nil || wr.at == nil || wr.at.hops() || !w.own(wr.at.root) {
		w.impure = true
	}
}

// own reports whether a variable belongs to the function at hand.
func (w *walker) own(v *types.Var) bool {
	use := w.s.vars[v]
	return use != nil && use.owner == w.fn
}

// learn stores value in a new variable.
func (w *walker) learn(l, value ast.Expr, before *knowledge) {
	before = before.clone()
	w.forget(w.now, w.s.written(l, w.fn))
	w.learnFrom(l, value, before)
}

// learnFrom adds what is known about l once it has the value, as it was known before.
func (w *walker) learnFrom(l, value ast.Expr, before *knowledge) {
	p := w.s.placeOf(l)
	if p == nil || w.now == nil {
		return
	}
	if mentions := w.s.placeOf(value); mentions != nil && mentions.within(p) {
		return
	}
	if ok, need := w.nonNil(value, before, false); ok {
		w.now.add(fact{kind: nonNil, p: p, need: need})
	}
	if n := w.least(value, before); n > 0 {
		w.now.add(fact{kind: minLen, p: p, k: n})
	}
	if w.notNegative(value, before) {
		w.now.add(fact{kind: nonNeg, p: p})
	}
	if w.notZero(value, before) {
		w.now.add(fact{kind: nonZero, p: p})
	}
	if m := w.most(value, before); m >= 0 {
		w.now.add(fact{kind: within, p: p, k: -m})
	}
	if s := w.lengthOf(value, before); s != nil && !s.within(p) && isSized(s.typ()) {
		w.now.add(fact{kind: isLen, p: p, q: s})
	}
	// i := len(s) - 1, where s has elements
	if s := w.indexed(value, before); s != nil && !s.within(p) {
		w.now.add(fact{kind: inRange, p: p, q: s})
	}
}

func (w *walker) loop(s *ast.ForStmt, label string) {
	w.stmt(s.Init, "")
	// A variable that only the loop's own i++ changes is not below what it began with.
	counter := w.counter(s)
	keeps := counter != nil && w.find(nonNeg, counter, nil) != nil
	w.havoc(w.now, s.Body, s.Cond, s.Post)
	if keeps {
		w.now.add(fact{kind: nonNeg, p: counter})
	}
	t := w.push(label, true)
	t.loops = true
	var done *knowledge
	if s.Cond != nil {
		w.now, done = w.cond(s.Cond)
	}
	w.block(s.Body.List)
	if s.Post != nil {
		w.now = join(w.now, t.again)
		w.stmt(s.Post, "")
	}
	w.now = done
	w.targets = w.targets[:len(w.targets)-1]
	w.now = join(w.now, t.after)
}

// counter is the variable of a loop whose condition bounds it from above, and that
// nothing but its i++ changes.
func (w *walker) counter(s *ast.ForStmt) *spot {
	inc, ok := s.Post.(*ast.IncDecStmt)
	if !ok || inc.Tok != token.INC {
		return nil
	}
	p := w.s.placeOf(inc.X)
	if p == nil || w.s.shared(p, w.fn) || !bounds(w.s, s.Cond, p) {
		return nil
	}
	changed := false
	ast.Inspect(s.Body, func(n ast.Node) bool {
		if n != nil {
			eachStore(n, func(e ast.Expr) {
				if wr := w.s.written(e, w.fn); wr != nil && w.s.changes(wr, p, w.fn, true) {
					changed = true
				}
			})
		}
		return !changed
	})
	if changed {
		return nil
	}
	return p
}

func orNil(e ast.Expr) ast.Expr {
	if e == nil {
		return &ast.BadExpr{}
	}
	return e
}

// below: an i++ under a condition i < n can't overflow.
func (w *walker) below(p *spot) bool {
	for i := range w.now.facts {
		if f := &w.now.facts[i]; f.kind == inRange && f.p.root == p.root && f.p.key == p.key {
			return true
		}
	}
	return false
}

func (w *walker) rangeStmt(s *ast.RangeStmt, label string) {
	t := w.s.info.TypeOf(s.X)
	over := rangeKind(t)
	w.expr(s.X)
	switch over {
	case "array":
		if pointee(t) != nil && s.Value != nil {
			w.deref(s.X, s.X)
		}
	case "function", "unknown":
		w.may(s.X, "ranges over a function, which may do anything")
		w.forgetShared(w.now)
	case "channel":
		w.forgetShared(w.now)
	}
	known := w.now.clone()
	w.havoc(w.now, s.Body)
	if s.Tok == token.ASSIGN {
		for _, e := range []ast.Expr{s.Key, s.Value} {
			if e != nil {
				w.target(e)
			}
		}
	}
	for _, e := range []ast.Expr{s.Key, s.Value} {
		if e != nil {
			if s.Tok == token.DEFINE {
				w.forget(w.now, w.s.written(e, w.fn))
			} else {
				w.store(e)
			}
		}
	}
	if over == "channel" || over == "function" || over == "unknown" {
		w.forgetShared(w.now)
	}
	after := w.now.clone()
	tg := w.push(label, true)
	tg.loops = true
	if s.Key != nil && w.now != nil {
		key := w.s.placeOf(s.Key)
		switch over {
		case "slice", "string", "array":
			if p := w.s.placeOf(s.X); key != nil && p != nil && !w.changedIn(s.Body, p) && !p.within(key) {
				w.now.add(fact{kind: inRange, p: key, q: p})
			}
			w.now.add(fact{kind: nonNeg, p: key})
		case "integer":
			w.now.add(fact{kind: nonNeg, p: key})
			if p := w.lengthOf(s.X, known); p != nil && isSized(p.typ()) && !w.changedIn(s.Body, p) {
				w.now.add(fact{kind: inRange, p: key, q: p})
			}
		}
	}
	w.block(s.Body.List)
	w.now = after
	w.targets = w.targets[:len(w.targets)-1]
	w.now = join(w.now, tg.after)
}

// changedIn reports whether a piece of code may change p.
func (w *walker) changedIn(n ast.Node, p *spot) bool {
	impure := w.impure
	probe := &knowledge{}
	probe.add(fact{kind: minLen, p: p})
	w.havoc(probe, n)
	w.impure = impure
	return len(probe.facts) == 0
}

func (w *walker) switchStmt(s *ast.SwitchStmt, label string) {
	w.stmt(s.Init, "")
	if s.Tag != nil {
		w.expr(s.Tag)
	}
	w.push(label, true)
	var fallen *knowledge
	var bodies []struct {
		clause *ast.CaseClause
		begin  *knowledge
	}
	var isDefault = -1
	for _, stmt := range s.Body.List {
		clause := stmt.(*ast.CaseClause)
		var begin *knowledge
		for _, e := range clause.List {
			if s.Tag == nil {
				yes, no := w.cond(e)
				begin = join(begin, yes)
				w.now = no
				continue
			}
			w.expr(e)
			w.comparable(e, s.Tag, e)
			yes, no := w.compared(s.Tag, e)
			begin = join(begin, yes)
			w.now = no
		}
		if clause.List == nil {
			isDefault = len(bodies)
		}
		bodies = append(bodies, struct {
			clause *ast.CaseClause
			begin  *knowledge
		}{clause, begin})
	}
	rest := w.now
	if isDefault >= 0 {
		bodies[isDefault].begin = rest
		rest = nil
	}
	after := rest
	for _, b := range bodies {
		w.now = join(b.begin, fallen)
		fallen = nil
		w.block(b.clause.Body)
		if n := len(b.clause.Body); n > 0 {
			if br, ok := b.clause.Body[n-1].(*ast.BranchStmt); ok && br.Tok == token.FALLTHROUGH {
				fallen = w.now
				continue
			}
		}
		after = join(after, w.now)
	}
	w.now = after
	w.pop()
}

func (w *walker) typeSwitch(s *ast.TypeSwitchStmt, label string) {
	w.stmt(s.Init, "")
	switch a := s.Assign.(type) {
	case *ast.ExprStmt:
		w.commaOk(a.X)
	case *ast.AssignStmt:
		w.commaOk(a.Rhs[0])
	}
	w.push(label, true)
	before := w.now
	var after *knowledge
	hasDefault := false
	for _, stmt := range s.Body.List {
		clause := stmt.(*ast.CaseClause)
		hasDefault = hasDefault || clause.List == nil
		w.now = before.clone()
		w.block(clause.Body)
		after = join(after, w.now)
	}
	if !hasDefault {
		after = join(after, before)
	}
	w.now = after
	w.pop()
}

func (w *walker) selectStmt(s *ast.SelectStmt, label string) {
	for _, stmt := range s.Body.List {
		switch comm := stmt.(*ast.CommClause).Comm.(type) {
		case *ast.SendStmt:
			w.expr(comm.Chan)
			w.expr(comm.Value)
			w.may(comm, "sends on a channel, which may be closed")
		case *ast.ExprStmt:
			w.received(comm.X)
		case *ast.AssignStmt:
			w.received(comm.Rhs[0])
		}
	}
	w.forgetShared(w.now)
	w.push(label, true)
	before := w.now
	var after *knowledge
	for _, stmt := range s.Body.List {
		clause := stmt.(*ast.CommClause)
		w.now = before.clone()
		if a, ok := clause.Comm.(*ast.AssignStmt); ok {
			for _, l := range a.Lhs {
				if a.Tok == token.ASSIGN {
					w.target(l)
				}
				w.store(l)
			}
		}
		w.block(clause.Body)
		after = join(after, w.now)
	}
	w.now = after
	w.pop()
}

func (w *walker) received(e ast.Expr) {
	if u, ok := ast.Unparen(e).(*ast.UnaryExpr); ok {
		w.expr(u.X)
	}
}
