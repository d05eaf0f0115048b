package main

import (
	"go/ast"
	"go/constant"
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

// -- statements ------------------------------------------------------------------------------------

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

// -- loops, switches -------------------------------------------------------------------------------

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

// bounds reports whether a condition says, among other things, that p is less than something.
func bounds(s *scope, cond ast.Expr, p *spot) bool {
	b, ok := ast.Unparen(orNil(cond)).(*ast.BinaryExpr)
	if !ok {
		return false
	}
	if b.Op == token.LAND {
		return bounds(s, b.X, p) || bounds(s, b.Y, p)
	}
	q := s.placeOf(b.X)
	return b.Op == token.LSS && q != nil && q.root == p.root && q.key == p.key
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

// deferStmt: can the deferred call itself panic?  For a summary it counts as part of the function.
func (w *walker) deferStmt(s *ast.DeferStmt) {
	if w.now == nil {
		w.deferred[s] = true
		return
	}
	quiet, pure := w.callIsCalm(s.Call)
	w.deferred[s] = quiet
	if w.summing {
		w.loud = w.loud || !quiet
		w.impure = w.impure || !pure
	}
}

// callIsCalm judges a call apart from the evaluation of its operands.
func (w *walker) callIsCalm(call *ast.CallExpr) (quiet, pure bool) {
	inner := &walker{
		s: w.s, sums: w.sums, fn: w.fn, now: w.now.clone(), summing: w.summing, params: w.params, callees: w.callees,
		deferred: make(map[*ast.DeferStmt]bool), depth: w.depth + 1,
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		quiet, pure = w.literal(lit)
		return quiet, pure
	}
	inner.apply(call)
	w.need |= inner.need
	return !inner.loud, !inner.impure
}

const deepestLiteral = 8

// literal judges the body of a function literal, whenever it is called.
func (w *walker) literal(lit *ast.FuncLit) (quiet, pure bool) {
	if w.depth > deepestLiteral {
		return false, false
	}
	inner := newWalker(w.s, w.sums, lit)
	inner.callees, inner.depth = w.callees, w.depth+1
	inner.run(lit.Type, nil, lit.Body)
	return !inner.loud, !inner.impure
}

// -- expressions -----------------------------------------------------------------------------------

func (w *walker) expr(e ast.Expr) {
	if e == nil || w.summing && w.loud && w.impure {
		return
	}
	if tv, ok := w.s.info.Types[e]; ok && (tv.Value != nil || tv.IsType()) {
		return // a constant is not evaluated
	}
	switch x := e.(type) {
	case *ast.ParenExpr:
		w.expr(x.X)
	case *ast.Ident, *ast.BasicLit, *ast.FuncLit:
	case *ast.SelectorExpr:
		w.selector(x)
		w.methodValue(x)
	case *ast.StarExpr:
		w.expr(x.X)
		w.deref(x.X, x)
	case *ast.UnaryExpr:
		w.expr(x.X)
		if x.Op == token.ARROW {
			w.forgetShared(w.now)
		}
	case *ast.BinaryExpr:
		w.binary(x)
	case *ast.IndexExpr:
		w.index(x)
	case *ast.IndexListExpr:
		w.expr(x.X)
	case *ast.SliceExpr:
		w.slice(x)
	case *ast.TypeAssertExpr:
		w.expr(x.X)
		w.may(x, "is a type assertion")
	case *ast.CompositeLit:
		w.composite(x)
	case *ast.CallExpr:
		w.call(x)
	case *ast.KeyValueExpr:
		w.expr(x.Key)
		w.expr(x.Value)
	default:
		w.may(e, "is not understood")
	}
}

// nonNil reports whether an expression's value is known not to be nil, and which
// parameters that rests on; use: the knowledge is needed, so these are noted.
func (w *walker) nonNil(e ast.Expr, k *knowledge, use bool) (bool, uint64) {
	e = ast.Unparen(e)
	switch x := e.(type) {
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			return true, 0
		}
	case *ast.CompositeLit, *ast.FuncLit:
		return true, 0
	case *ast.CallExpr:
		switch w.s.u.builtin(x) {
		case "new", "make":
			return true, 0
		case "append":
			return len(x.Args) > 1 && !x.Ellipsis.IsValid(), 0
		}
		if w.s.info.Types[x.Fun].IsType() && len(x.Args) == 1 {
			return w.nonNil(x.Args[0], k, use)
		}
	}
	return w.nonNilPlace(w.s.placeOf(e), k, use)
}

func (w *walker) nonNilPlace(p *spot, k *knowledge, use bool) (bool, uint64) {
	if p == nil {
		return false, 0
	}
	if len(p.steps) == 0 && w.s.u.constantNonNil(p.root) {
		return true, 0
	}
	if f := k.find(nonNil, p, nil); f != nil {
		if use {
			w.need |= f.need
		}
		return true, f.need
	}
	return false, 0
}

func (w *walker) find(kind factKind, p, q *spot) *fact { return w.now.find(kind, p, q) }

// deref: the pointer e is followed at n; after that it was no nil pointer.
func (w *walker) deref(e ast.Expr, n ast.Node) {
	if ok, _ := w.nonNil(e, w.now, true); ok {
		return
	}
	w.may(n, "follows a pointer, which may be nil")
	w.now.add(fact{kind: nonNil, p: w.s.placeOf(e)})
}

func (w *walker) selector(x *ast.SelectorExpr) {
	chosen := w.s.info.Selections[x]
	if chosen == nil {
		return // of a package
	}
	if chosen.Kind() == types.MethodExpr {
		return
	}
	w.expr(x.X)
	w.path(x, chosen)
	if chosen.Kind() == types.MethodVal {
		// A method value, or the receiver of a call.
		if recv := chosen.Obj().Type().(*types.Signature).Recv(); recv != nil {
			p := w.s.receiverPlace(x)
			holder := w.holder(x, chosen)
			switch {
			case types.IsInterface(recv.Type()):
			case pointee(recv.Type()) == nil && pointee(holder) != nil:
				w.followed(x, p, len(chosen.Index()) == 1)
			}
		}
	}
}

// methodValue: the method of a nil interface can't be had, neither as a value nor
// for a deferred call.
func (w *walker) methodValue(x *ast.SelectorExpr) {
	chosen := w.s.info.Selections[x]
	if chosen == nil || chosen.Kind() != types.MethodVal {
		return
	}
	if isInterfaceMethod(chosen.Obj().(*types.Func)) {
		w.may(x, "takes a method of an interface, which may be nil")
	}
}

// holder is the type of what the method is found on, embedded fields followed.
func (w *walker) holder(x *ast.SelectorExpr, chosen *types.Selection) types.Type {
	t := chosen.Recv()
	index := chosen.Index()
	for _, i := range index[:len(index)-1] {
		if p := pointee(t); p != nil {
			t = p
		}
		st, ok := coreType(t).(*types.Struct)
		if !ok {
			return t
		}
		t = st.Field(i).Type()
	}
	return t
}

// path follows the pointers on the way that a selection stands for.
func (w *walker) path(x *ast.SelectorExpr, chosen *types.Selection) {
	t := chosen.Recv()
	p := w.s.placeOf(x.X)
	index := chosen.Index()
	last := len(index) - 1
	for n, i := range index {
		if n == last && chosen.Kind() == types.MethodVal {
			return
		}
		if el := pointee(t); el != nil {
			if n == 0 {
				w.deref(x.X, x)
			} else {
				w.followed(x, p, false)
			}
			t = el
			if p != nil {
				p = w.s.extend(p, step{nil, el})
			}
		}
		st, ok := coreType(t).(*types.Struct)
		if !ok {
			w.may(x, "is not understood")
			return
		}
		f := st.Field(i)
		t = f.Type()
		if p != nil {
			p = w.s.extend(p, step{f.Origin(), t})
		}
	}
}

// followed: the pointer at p, reached by x, is followed.
func (w *walker) followed(x *ast.SelectorExpr, p *spot, direct bool) {
	if direct {
		w.deref(x.X, x)
		return
	}
	if ok, _ := w.nonNilPlace(p, w.now, true); !ok {
		w.may(x, "follows an embedded pointer, which may be nil")
		w.now.add(fact{kind: nonNil, p: p})
	}
}

func (w *walker) binary(x *ast.BinaryExpr) {
	switch x.Op {
	case token.LAND, token.LOR:
		yes, no := w.cond(x)
		w.now = join(yes, no)
		return
	}
	w.expr(x.X)
	w.expr(x.Y)
	switch x.Op {
	case token.EQL, token.NEQ:
		w.comparable(x, x.X, x.Y)
	case token.QUO, token.REM:
		w.divisor(x, x, x.Y)
	case token.SHL, token.SHR:
		w.shift(x, x.Y)
	}
}

func (w *walker) divisor(n ast.Node, typed, by ast.Expr) {
	t := w.s.info.TypeOf(typed)
	if b, ok := coreType(t).(*types.Basic); ok && b.Info()&(types.IsFloat|types.IsComplex) != 0 {
		return
	}
	if !w.notZero(by, w.now) {
		w.may(n, "may divide by zero")
	}
}

func (w *walker) shift(n ast.Node, by ast.Expr) {
	if !w.notNegative(by, w.now) {
		w.may(n, "may shift by less than nothing")
	}
}

// comparable: two interfaces may hold what can't be compared.
func (w *walker) comparable(n ast.Node, x, y ast.Expr) {
	if w.isNil(x) || w.isNil(y) {
		return
	}
	plain := func(e ast.Expr) bool { return !mayHoldInterface(w.s.info.TypeOf(e)) }
	if !plain(x) && !plain(y) {
		w.may(n, "may compare values that can't be compared")
	}
}

func (w *walker) isNil(e ast.Expr) bool { return w.s.info.Types[e].IsNil() }

func (w *walker) index(x *ast.IndexExpr) {
	if tv := w.s.info.Types[x.X]; !tv.IsValue() {
		return // an instance of a generic function
	}
	if _, ok := w.s.info.TypeOf(x.X).(*types.Signature); ok {
		return
	}
	w.expr(x.X)
	w.expr(x.Index)
	t := w.s.info.TypeOf(x.X)
	switch u := coreType(t).(type) {
	case *types.Map:
		w.mapKey(x, u)
		return
	case *types.Pointer:
		w.deref(x.X, x)
		if a, ok := coreType(u.Elem()).(*types.Array); ok && w.inArray(x.Index, a.Len()) {
			return
		}
	case *types.Array:
		if w.inArray(x.Index, u.Len()) {
			return
		}
	}
	if !w.indexes(x.Index, x.X) {
		w.may(x, "may be out of range")
		return
	}
}

func (w *walker) mapKey(n ast.Node, m *types.Map) {
	if mayHoldInterface(m.Key()) {
		if x, ok := n.(*ast.IndexExpr); ok && !mayHoldInterface(w.s.info.TypeOf(x.Index)) {
			return
		}
		w.may(n, "may hash a value that can't be hashed")
	}
}

// inArray reports whether an index is below n by its type, or by how it is made.
func (w *walker) inArray(e ast.Expr, n int64) bool {
	if v := w.constant(e); v >= 0 {
		return v < n
	}
	most := w.most(e, w.now)
	return most >= 0 && most < n
}

// most is the greatest value that an expression can have, if it can't be below 0;
// -1 if that is not known.
func (w *walker) most(e ast.Expr, k *knowledge) int64 {
	e = ast.Unparen(e)
	if v := w.constant(e); v >= 0 {
		return v
	}
	if f := k.find(within, w.s.placeOf(e), nil); f != nil {
		return -f.k
	}
	switch x := e.(type) {
	case *ast.BinaryExpr:
		switch x.Op {
		case token.AND:
			if v := w.constant(x.Y); v >= 0 {
				return v
			}
			if v := w.constant(x.X); v >= 0 {
				return v
			}
		case token.REM:
			if v := w.constant(x.Y); v > 0 && w.notNegative(x.X, k) {
				return v - 1
			}
		}
	case *ast.CallExpr:
		if w.s.info.Types[x.Fun].IsType() && len(x.Args) == 1 && isInteger(w.s.info.TypeOf(x.Args[0])) && wide(w.s.info.TypeOf(x)) {
			if m := w.most(x.Args[0], k); m >= 0 && m < 1<<31 {
				return m
			}
		}
	}
	if b, ok := coreType(w.s.info.TypeOf(e)).(*types.Basic); ok && b.Kind() == types.Uint8 {
		return 255
	}
	return -1
}

// wide reports whether a type holds at least 32 bits.
func wide(t types.Type) bool {
	b, ok := coreType(t).(*types.Basic)
	if !ok {
		return false
	}
	switch b.Kind() {
	case types.Int, types.Int64, types.Uint, types.Uint32, types.Uint64, types.Uintptr:
		return true
	}
	return false
}

// constant is the value of a constant that is not below 0, else -1.
func (w *walker) constant(e ast.Expr) int64 {
	if e == nil {
		return -1
	}
	if tv := w.s.info.Types[e]; isNumber(tv.Value) {
		if whole := constant.ToInt(tv.Value); whole.Kind() == constant.Int {
			if v, ok := constant.Int64Val(whole); ok && v >= 0 {
				return v
			}
		}
	}
	return -1
}

func isNumber(v constant.Value) bool {
	return v != nil && (v.Kind() == constant.Int || v.Kind() == constant.Float)
}

// indexes reports whether i is known to be an index of s.
func (w *walker) indexes(i, s ast.Expr) bool {
	p := w.s.placeOf(s)
	if v := w.constant(i); v >= 0 {
		return w.least(s, w.now) > v
	}
	if p == nil {
		return false
	}
	if q := w.s.placeOf(i); q != nil && w.find(inRange, q, p) != nil {
		return true
	}
	if q := w.indexed(i, w.now); q != nil && q.root == p.root && q.key == p.key {
		return true
	}
	return false
}

// indexed is what an expression such as len(s) - 1, n - 1 or i % len(s) is an index of.
func (w *walker) indexed(e ast.Expr, k *knowledge) *spot {
	e = ast.Unparen(e)
	if q := w.s.placeOf(e); q != nil && k != nil {
		for i := range k.facts {
			if f := &k.facts[i]; f.kind == inRange && f.p.root == q.root && f.p.key == q.key {
				return f.q
			}
		}
		return nil
	}
	x, ok := e.(*ast.BinaryExpr)
	if !ok {
		return nil
	}
	switch x.Op {
	case token.SUB:
		if p := w.lengthOf(x.X, k); p != nil && isSized(p.typ()) {
			if v := w.constant(x.Y); v > 0 && w.leastPlace(p, k) >= v {
				return p
			}
		}
	case token.REM:
		if p := w.lengthOf(x.Y, k); p != nil && isSized(p.typ()) && w.leastPlace(p, k) > 0 && w.notNegative(x.X, k) {
			return p
		}
	}
	return nil
}

// isSized: things that are indexed by numbers.
func isSized(t types.Type) bool {
	switch u := coreType(t).(type) {
	case *types.Slice, *types.Array:
		return true
	case *types.Basic:
		return u.Info()&types.IsString != 0
	}
	return false
}

// lengthOf is the place whose length an expression is.
func (w *walker) lengthOf(e ast.Expr, k *knowledge) *spot {
	e = ast.Unparen(e)
	if call, ok := e.(*ast.CallExpr); ok {
		if w.s.u.builtin(call) == "len" {
			return w.s.placeOf(call.Args[0])
		}
		if w.s.info.Types[call.Fun].IsType() && len(call.Args) == 1 && wide(w.s.info.TypeOf(call)) {
			if p := w.lengthOf(call.Args[0], k); p != nil && isInteger(w.s.info.TypeOf(call.Args[0])) {
				return p
			}
		}
		return nil
	}
	if p := w.s.placeOf(e); p != nil && k != nil {
		for i := range k.facts {
			if f := &k.facts[i]; f.kind == isLen && f.p.root == p.root && f.p.key == p.key {
				return f.q
			}
		}
	}
	return nil
}

// least is a length that a value is known to have at least.
func (w *walker) least(e ast.Expr, k *knowledge) int64 {
	e = ast.Unparen(e)
	if tv := w.s.info.Types[e]; tv.Value != nil && tv.Value.Kind() == constant.String {
		return int64(len(constant.StringVal(tv.Value)))
	}
	if p := w.s.placeOf(e); p != nil {
		return w.leastPlace(p, k)
	}
	switch x := e.(type) {
	case *ast.CompositeLit:
		if _, ok := coreType(w.s.info.TypeOf(x)).(*types.Slice); ok {
			for _, el := range x.Elts {
				if _, keyed := el.(*ast.KeyValueExpr); keyed {
					return 0
				}
			}
			return int64(len(x.Elts))
		}
	case *ast.CallExpr:
		switch w.s.u.builtin(x) {
		case "make":
			if _, ok := coreType(w.s.info.TypeOf(x)).(*types.Slice); ok && len(x.Args) > 1 {
				return max(w.constant(x.Args[1]), 0)
			}
		case "append":
			if !x.Ellipsis.IsValid() {
				return w.least(x.Args[0], k) + int64(len(x.Args)-1)
			}
			return w.least(x.Args[0], k)
		}
	}
	return 0
}

func (w *walker) leastPlace(p *spot, k *knowledge) int64 {
	if f := k.find(minLen, p, nil); f != nil {
		return f.k
	}
	if a, ok := coreType(p.typ()).(*types.Array); ok {
		return a.Len()
	}
	return 0
}

// notZero reports whether a number is known not to be 0.
func (w *walker) notZero(e ast.Expr, k *knowledge) bool {
	e = ast.Unparen(e)
	if tv := w.s.info.Types[e]; tv.Value != nil {
		return isNumber(tv.Value) && constant.Sign(tv.Value) != 0
	}
	if p := w.s.placeOf(e); p != nil && k.find(nonZero, p, nil) != nil {
		return true
	}
	if p := w.lengthOf(e, k); p != nil && w.leastPlace(p, k) > 0 {
		return true
	}
	if call, ok := e.(*ast.CallExpr); ok && w.s.info.Types[call.Fun].IsType() && len(call.Args) == 1 {
		from, to := w.s.info.TypeOf(call.Args[0]), w.s.info.TypeOf(call)
		return isInteger(from) && isInteger(to) && types.Default(to) != nil && sizeOf(w, to) >= sizeOf(w, from) && w.notZero(call.Args[0], k)
	}
	return false
}

func sizeOf(w *walker, t types.Type) int64 {
	if isTypeParam(t) {
		return 0
	}
	return types.SizesFor("gc", "386").Sizeof(t.Underlying())
}

// notNegative reports whether a number is known not to be below 0.
func (w *walker) notNegative(e ast.Expr, k *knowledge) bool {
	e = ast.Unparen(e)
	tv := w.s.info.Types[e]
	if tv.Value != nil {
		return isNumber(tv.Value) && constant.Sign(tv.Value) >= 0
	}
	if b, ok := coreType(tv.Type).(*types.Basic); ok && b.Info()&types.IsUnsigned != 0 {
		return true
	}
	if p := w.s.placeOf(e); p != nil && k != nil {
		for i := range k.facts {
			f := &k.facts[i]
			if (f.kind == nonNeg || f.kind == inRange || f.kind == isLen) && f.p.root == p.root && f.p.key == p.key {
				return true
			}
		}
		return false
	}
	switch x := e.(type) {
	case *ast.CallExpr:
		name := w.s.u.builtin(x)
		return name == "len" || name == "cap"
	case *ast.BinaryExpr:
		switch x.Op {
		case token.REM, token.SHR, token.QUO:
			return w.notNegative(x.X, k) && (x.Op != token.QUO || w.notNegative(x.Y, k))
		case token.AND:
			return w.notNegative(x.X, k) || w.notNegative(x.Y, k)
		}
	}
	return false
}

func isInteger(t types.Type) bool {
	b, ok := coreType(t).(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

func (w *walker) slice(x *ast.SliceExpr) {
	w.expr(x.X)
	for _, e := range []ast.Expr{x.Low, x.High, x.Max} {
		w.expr(e)
	}
	t := w.s.info.TypeOf(x.X)
	if pointee(t) != nil {
		w.deref(x.X, x)
	}
	length := int64(-1)
	if a, ok := coreType(t).(*types.Array); ok {
		length = a.Len()
	}
	low := x.Low == nil || w.constant(x.Low) == 0
	high := x.High == nil || w.isLength(x.High, x.X)
	switch {
	case x.Max != nil:
		if length < 0 || !w.upTo(x.Low, length) || !w.upTo(x.High, length) || !w.upTo(x.Max, length) || x.Low != nil && !low {
			w.may(x, "may be out of range")
		}
	case low && high:
	case low && w.atMost(x.High, x.X): // s[:n]
	case high && w.atMost(x.Low, x.X): // s[n:]
	case w.constant(x.Low) >= 0 && w.constant(x.High) >= 0 && w.constant(x.Low) <= w.constant(x.High) && w.atMost(x.High, x.X):
	case w.constant(x.Low) == 1 && x.High == nil && w.least(x.X, w.now) >= 1:
	default:
		w.may(x, "may be out of range")
	}
}

func (w *walker) upTo(e ast.Expr, n int64) bool {
	return e == nil || w.constant(e) >= 0 && w.constant(e) <= n
}

func (w *walker) isLength(e, s ast.Expr) bool {
	p, q := w.lengthOf(e, w.now), w.s.placeOf(s)
	return p != nil && q != nil && p.root == q.root && p.key == q.key
}

// atMost reports whether 0 <= e <= len(s) is known.
func (w *walker) atMost(e, s ast.Expr) bool {
	if v := w.constant(e); v >= 0 {
		if a, ok := coreType(w.s.info.TypeOf(s)).(*types.Array); ok {
			return v <= a.Len()
		}
		return v <= w.least(s, w.now) || v == 0
	}
	if x, ok := ast.Unparen(e).(*ast.BinaryExpr); ok && x.Op == token.ADD && w.constant(x.Y) == 1 && w.indexes(x.X, s) {
		return true // s[i+1:]
	}
	return w.isLength(e, s) || w.indexes(e, s)
}

func (w *walker) composite(x *ast.CompositeLit) {
	t := w.s.info.TypeOf(x)
	if el := pointee(t); el != nil {
		t = el
	}
	_, isStruct := coreType(t).(*types.Struct)
	m, isMap := coreType(t).(*types.Map)
	if coreType(t) == nil {
		w.may(x, "is of a type that is not known here")
	}
	for _, e := range x.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if !isStruct {
				w.expr(kv.Key)
			}
			if isMap && mayHoldInterface(m.Key()) && mayHoldInterface(w.s.info.TypeOf(kv.Key)) && w.s.info.Types[kv.Key].Value == nil {
				w.may(kv, "may hash a value that can't be hashed")
			}
			e = kv.Value
		}
		w.expr(e)
	}
}

// -- calls -----------------------------------------------------------------------------------------

func (w *walker) call(call *ast.CallExpr) {
	if w.s.info.Types[call.Fun].IsType() {
		for _, arg := range call.Args {
			w.expr(arg)
		}
		w.conversion(call)
		return
	}
	if name := w.s.u.builtin(call); name != "" {
		w.builtin(name, call)
		return
	}
	w.operands(call)
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		quiet, pure := w.literal(lit)
		if !quiet {
			w.may(call, "may panic in the literal")
		}
		w.havoc(w.now, lit.Body)
		if !pure {
			w.forgetShared(w.now)
		}
		return
	}
	w.apply(call)
}

// operands evaluates a call's function value and arguments, as a defer does.
func (w *walker) operands(call *ast.CallExpr) {
	if w.s.info.Types[call.Fun].IsType() || w.s.u.builtin(call) != "" {
		for _, arg := range call.Args {
			w.expr(arg)
		}
		return
	}
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.SelectorExpr:
		w.selector(fun)
	case *ast.FuncLit:
	default:
		w.expr(call.Fun)
	}
	for _, arg := range call.Args {
		w.expr(arg)
	}
}

// apply is the call itself.
func (w *walker) apply(call *ast.CallExpr) {
	if w.s.info.Types[call.Fun].IsType() {
		return
	}
	if name := w.s.u.builtin(call); name != "" {
		switch name {
		case "close":
			w.may(call, "closes a channel, which may be closed or nil")
			w.forgetShared(w.now)
		case "panic":
			w.may(call, "panics")
		case "delete", "clear":
			w.mapKeys(call)
			w.storesOf(w.now, call)
		case "copy", "append":
			w.storesOf(w.now, call)
		case "recover", "print", "println":
			w.impure = true
		}
		return
	}
	fun := w.s.u.callee(call)
	fn := w.s.u.static(fun)
	if fn == nil {
		w.may(call, "calls a function value, which may do anything")
		w.forgetShared(w.now)
		return
	}
	if isInterfaceMethod(fn) {
		w.may(call, "calls a method of an interface, which may do anything")
		w.forgetShared(w.now)
		return
	}
	c := w.calm(fn)
	if w.printsPlainly(fn, call) {
		c = calm{quiet: true, pure: true}
	}
	if c.plain && !w.plainlyMade(fun) {
		c = calm{}
	}
	if !c.quiet {
		w.may(call, "calls "+fn.Name()+", which may panic")
	} else {
		w.needed(call, fun, fn, c.need)
	}
	if !c.pure {
		w.forgetShared(w.now)
	}
}

// needed: which pointers that a function is given have to be no nil pointers?
func (w *walker) needed(call *ast.CallExpr, fun ast.Expr, fn *types.Func, need uint64) {
	if need == 0 {
		return
	}
	method := w.s.u.isMethodCall(fun)
	for i := 0; i < 64; i++ {
		if need&(1<<i) == 0 {
			continue
		}
		arg := i
		if method {
			if i == 0 {
				w.receiverIsThere(call, fun.(*ast.SelectorExpr))
				continue
			}
			arg--
		}
		if arg >= len(call.Args) {
			w.may(call, "calls "+fn.Name()+", which may panic")
			continue
		}
		if ok, _ := w.nonNil(call.Args[arg], w.now, true); !ok {
			w.may(call, "calls "+fn.Name()+" with a pointer that may be nil")
			w.now.add(fact{kind: nonNil, p: w.s.placeOf(call.Args[arg])})
		}
	}
}

// receiverIsThere: the receiver has to be no nil pointer.
func (w *walker) receiverIsThere(call *ast.CallExpr, sel *ast.SelectorExpr) {
	chosen := w.s.info.Selections[sel]
	if pointee(w.holder(sel, chosen)) == nil {
		return // the address of something
	}
	p := w.s.receiverPlace(sel)
	ok := false
	if len(chosen.Index()) == 1 {
		ok, _ = w.nonNil(sel.X, w.now, true)
	} else {
		ok, _ = w.nonNilPlace(p, w.now, true)
	}
	if !ok {
		w.may(call, "calls a method of a pointer that may be nil")
		w.now.add(fact{kind: nonNil, p: p})
	}
}

// plainlyMade reports whether no type that a generic function is made for may hold an interface.
func (w *walker) plainlyMade(fun ast.Expr) bool {
	var id *ast.Ident
	switch f := ast.Unparen(fun).(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	default:
		return false
	}
	made, ok := w.s.info.Instances[id]
	if !ok || made.TypeArgs == nil {
		return false
	}
	for i := 0; i < made.TypeArgs.Len(); i++ {
		t := made.TypeArgs.At(i)
		if s, ok := coreType(t).(*types.Slice); ok {
			t = s.Elem()
		}
		if mayHoldInterface(t) {
			return false
		}
	}
	return true
}

// printsPlainly reports whether a function of fmt is given nothing whose methods it would call.
func (w *walker) printsPlainly(fn *types.Func, call *ast.CallExpr) bool {
	switch funcName(fn) {
	case "fmt.Errorf", "fmt.Sprintf", "fmt.Sprint", "fmt.Sprintln":
	default:
		return false
	}
	if call.Ellipsis.IsValid() {
		return false
	}
	for _, arg := range call.Args {
		t := w.s.info.TypeOf(arg)
		if _, ok := t.Underlying().(*types.Basic); !ok || isTypeParam(t) {
			return false
		}
		if types.NewMethodSet(t).Len() > 0 {
			return false
		}
	}
	return true
}

func (w *walker) mapKeys(call *ast.CallExpr) {
	if m, ok := coreType(w.s.info.TypeOf(call.Args[0])).(*types.Map); ok && mayHoldInterface(m.Key()) {
		if len(call.Args) > 1 && !mayHoldInterface(w.s.info.TypeOf(call.Args[1])) {
			return
		}
		if len(call.Args) > 1 {
			w.may(call, "may hash a value that can't be hashed")
		}
	} else if coreType(w.s.info.TypeOf(call.Args[0])) == nil {
		w.may(call, "is of a type that is not known here")
	}
}

func (w *walker) builtin(name string, call *ast.CallExpr) {
	switch name {
	case "Sizeof", "Alignof", "Offsetof":
		return // not evaluated
	}
	for _, arg := range call.Args {
		w.expr(arg)
	}
	switch name {
	case "append":
		w.storesOf(w.now, call)
	case "copy", "clear", "delete", "close", "panic", "recover", "print", "println":
		w.apply(call)
		if name == "panic" {
			w.now = nil
		}
	case "len", "cap", "new", "complex", "real", "imag", "min", "max":
	case "make":
		w.makes(call)
	default:
		w.may(call, "is unsafe")
	}
}

// makes: sizes must not be below 0, nor beyond all memory, nor a length beyond a capacity.
func (w *walker) makes(call *ast.CallExpr) {
	t := coreType(w.s.info.TypeOf(call))
	sizes := call.Args[1:]
	var each int64
	switch t := t.(type) {
	case *types.Map:
		return
	case *types.Slice:
		each = w.bytesOf(t.Elem())
	case *types.Chan:
		each = w.bytesOf(t.Elem())
	default:
		w.may(call, "is of a type that is not known here")
		return
	}
	for _, size := range sizes {
		if !w.isSize(size, each, true) {
			w.may(call, "is made with a size that may not do")
			return
		}
	}
	if len(sizes) == 2 && w.constant(sizes[0]) != 0 {
		a, b := w.constant(sizes[0]), w.constant(sizes[1])
		p, q := w.lengthOf(sizes[0], w.now), w.lengthOf(sizes[1], w.now)
		same := p != nil && q != nil && p.root == q.root && p.key == q.key
		if !(a >= 0 && b >= a || same) {
			w.may(call, "is made with a length that may be beyond its capacity")
		}
	}
}

// mostBytes is what a constant size may come to: more than any program asks for by mistake
// of its own, less than any address space has.
const mostBytes = 1 << 30

// bytesOf is the size of a value of type t; that of a type parameter may be anything.
func (w *walker) bytesOf(t types.Type) int64 {
	if isTypeParam(t) {
		return mostBytes
	}
	return types.SizesFor("gc", "amd64").Sizeof(t)
}

// isSize reports whether so many elements of so many bytes can be made: the number is the
// length of something whose elements are as large, or a sum of few such.
func (w *walker) isSize(e ast.Expr, each int64, sums bool) bool {
	e = ast.Unparen(e)
	if v := w.constant(e); v >= 0 {
		return each == 0 || v < mostBytes/each
	}
	switch x := e.(type) {
	case *ast.CallExpr:
		name := w.s.u.builtin(x)
		return (name == "len" || name == "cap") && w.hasSize(w.s.info.TypeOf(x.Args[0]), each)
	case *ast.BinaryExpr:
		return x.Op == token.ADD && sums && w.isSize(x.X, each, true) && w.isSize(x.Y, each, true)
	}
	p := w.lengthOf(e, w.now)
	return p != nil && w.hasSize(p.typ(), each)
}

// fewTimes is how much larger than a counted element a made one may be: a program that has
// so many of the one has a good part of all memory.
const fewTimes = 64

// hasSize reports whether what t has many of takes memory, so that there can't be too many
// to make as many elements of so many bytes.
func (w *walker) hasSize(t types.Type, each int64) bool {
	switch u := coreType(t).(type) {
	case *types.Slice:
		return takesMemory(u.Elem()) && !isTypeParam(u.Elem()) && each <= fewTimes*max(1, w.bytesOf(u.Elem()))
	case *types.Array:
		return each == 0 || u.Len() < mostBytes/each
	case *types.Map, *types.Basic:
		return each <= fewTimes
	}
	return false
}

func takesMemory(t types.Type) bool {
	switch u := coreType(t).(type) {
	case nil:
		return false
	case *types.Struct:
		for i := 0; i < u.NumFields(); i++ {
			if takesMemory(u.Field(i).Type()) {
				return true
			}
		}
		return false
	case *types.Array:
		return u.Len() > 0 && takesMemory(u.Elem())
	}
	return true
}

func (w *walker) conversion(call *ast.CallExpr) {
	if len(call.Args) != 1 {
		return
	}
	from, to := w.s.info.TypeOf(call.Args[0]), w.s.info.TypeOf(call)
	if w.s.info.Types[call.Args[0]].Value != nil && !isTypeParam(to) {
		return
	}
	_, fromSlice := coreType(from).(*types.Slice)
	if !fromSlice && coreType(from) != nil {
		return
	}
	switch u := coreType(to).(type) {
	case nil:
		w.may(call, "converts to a type that is not known here")
	case *types.Array:
		w.may(call, "converts a slice to an array")
	case *types.Pointer:
		if _, ok := coreType(u.Elem()).(*types.Array); ok {
			w.may(call, "converts a slice to a pointer to an array")
		}
	}
}

// -- conditions ------------------------------------------------------------------------------------

// cond evaluates a condition; it returns what is known where it holds, and where it does not.
func (w *walker) cond(e ast.Expr) (yes, no *knowledge) {
	switch x := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		if x.Op == token.NOT {
			yes, no := w.cond(x.X)
			return no, yes
		}
	case *ast.BinaryExpr:
		switch x.Op {
		case token.LAND:
			yes, no := w.cond(x.X)
			w.now = yes
			both, second := w.cond(x.Y)
			return both, join(no, second)
		case token.LOR:
			yes, no := w.cond(x.X)
			w.now = no
			second, neither := w.cond(x.Y)
			return join(yes, second), neither
		}
		w.expr(x)
		switch x.Op {
		case token.EQL:
			return w.compared(x.X, x.Y)
		case token.NEQ:
			yes, no := w.compared(x.X, x.Y)
			return no, yes
		case token.LSS, token.LEQ, token.GTR, token.GEQ:
			yes, no = w.now.clone(), w.now
			w.less(x.Op, x.X, x.Y, yes)
			w.less(negated[x.Op], x.X, x.Y, no)
			return yes, no
		}
		return w.now.clone(), w.now
	}
	w.expr(e)
	return w.now.clone(), w.now
}

var negated = map[token.Token]token.Token{
	token.LSS: token.GEQ, token.GEQ: token.LSS, token.GTR: token.LEQ, token.LEQ: token.GTR,
}

var turned = map[token.Token]token.Token{
	token.LSS: token.GTR, token.GTR: token.LSS, token.LEQ: token.GEQ, token.GEQ: token.LEQ,
}

// compared is what x == y says, where it holds and where not.
func (w *walker) compared(x, y ast.Expr) (yes, no *knowledge) {
	yes, no = w.now.clone(), w.now.clone()
	if w.isNil(x) {
		x, y = y, x
	}
	if w.isNil(y) {
		no.add(fact{kind: nonNil, p: w.s.placeOf(x)})
		return yes, no
	}
	for _, pair := range [2][2]ast.Expr{{x, y}, {y, x}} {
		a, b := pair[0], pair[1]
		v := w.constant(b)
		if v < 0 {
			if q := w.lengthOf(b, w.now); q != nil && isSized(q.typ()) {
				yes.add(fact{kind: isLen, p: w.s.placeOf(a), q: q})
			}
			continue
		}
		if p := w.lengthOf(a, w.now); p != nil {
			if v == 0 {
				no.add(fact{kind: minLen, p: p, k: 1})
			} else {
				yes.add(fact{kind: minLen, p: p, k: v})
			}
		}
		p := w.s.placeOf(a)
		if p == nil || !isInteger(p.typ()) {
			continue
		}
		yes.add(fact{kind: nonNeg, p: p})
		if v == 0 {
			no.add(fact{kind: nonZero, p: p})
		} else {
			yes.add(fact{kind: nonZero, p: p})
		}
	}
	// s == "" and s != "" of strings
	if tv := w.s.info.Types[y]; tv.Value != nil && tv.Value.Kind() == constant.String {
		p := w.s.placeOf(x)
		if n := int64(len(constant.StringVal(tv.Value))); n == 0 {
			no.add(fact{kind: minLen, p: p, k: 1})
		} else {
			yes.add(fact{kind: minLen, p: p, k: n})
		}
	}
	return yes, no
}

// less adds what x < y and its kin say.
func (w *walker) less(op token.Token, x, y ast.Expr, k *knowledge) {
	w.lessThan(op, x, y, k)
	w.lessThan(turned[op], y, x, k)
}

func (w *walker) lessThan(op token.Token, x, y ast.Expr, k *knowledge) {
	v := w.constant(y)
	isZero := w.s.info.Types[y].Value != nil && v == 0
	if p := w.lengthOf(x, k); p != nil && v >= 0 {
		switch op {
		case token.GTR:
			k.add(fact{kind: minLen, p: p, k: v + 1})
		case token.GEQ:
			k.add(fact{kind: minLen, p: p, k: v})
		}
	}
	p := w.s.placeOf(x)
	if p == nil || !isInteger(p.typ()) {
		return
	}
	if v >= 0 {
		switch {
		case op == token.GTR || op == token.GEQ && !isZero:
			k.add(fact{kind: nonZero, p: p})
			k.add(fact{kind: nonNeg, p: p})
		case op == token.GEQ:
			k.add(fact{kind: nonNeg, p: p})
		}
	}
	if op == token.LSS && w.notNegative(x, k) {
		if s := w.lengthOf(y, k); s != nil && isSized(s.typ()) {
			k.add(fact{kind: inRange, p: p, q: s})
		}
	}
}
