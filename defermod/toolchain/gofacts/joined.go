package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// A goroutine that the place waits for, on each way to its end, is over by then: what it
// was given is not kept by it.  It tells that it is over by the last thing that it does: a
// send, a close, or a Done; or the group that started it knows.
//
// A way that leaves the function needs no wait: nothing of the function runs between the
// place's end and its own on that way, so that the deferred call meets the goroutine in
// the same state, before and after.  In a loop over a function that is not so: the
// function that is ranged over goes on when its loop is left.
//
// Not followed: a channel or group that is a parameter, a field or an operand; goroutines
// of functions with a name; a wait in another function, but for that of a caller for the goroutine of a callee, see awaited.go.

// A spawn starts a literal as a goroutine.
type spawn struct {
	at      ast.Node // the go statement, or the call of a group's method
	fn      ast.Node // the function that it stands in
	lit     *ast.FuncLit
	keeps   obj // has what the goroutine was given
	signals []signal
	awaited int          // the end of the function's that says for what callers can wait, plus one; 0 if for nothing
	tells   map[int]bool // of what a callee has started, a call: the results that tell, and whether only by their end
}

// A signal is the last thing that a goroutine does.
type signal struct {
	on   *types.Var
	kind signalKind
	uses []*ast.Ident // the mentions of the variable in the goroutine that are such signals
}

type signalKind int

const (
	sends  signalKind = iota
	closes            // after which each receive goes on
	doneOf            // Done of a sync.WaitGroup
	ended             // of a function that a group has started
)

// groups are the types of which one method starts functions and another waits for all of
// them, with the methods that do neither.
var groups = map[string][]string{
	"sync.WaitGroup":                   {"Add"},
	"golang.org/x/sync/errgroup.Group": {"SetLimit"},
}

// spawned returns the object for what a goroutine is given that may be waited for; false if
// nothing tells that it is over.
func (b *body) spawned(at ast.Node, fun ast.Expr, signals []signal) (obj, bool) {
	lit, ok := ast.Unparen(fun).(*ast.FuncLit)
	if !ok {
		return 0, false
	}
	if signals == nil {
		signals = b.lastSignals(lit)
	}
	if len(signals) == 0 {
		return 0, false
	}
	s := &spawn{at: at, fn: b.function(), lit: lit, keeps: b.g.newObject(), signals: signals}
	b.g.point(b.g.objs[s.keeps].in, s.keeps)
	b.spawns = append(b.spawns, s)
	return s.keeps, true
}

// function is the one whose statements are being read, declared or literal.
func (b *body) function() ast.Node {
	if fr := b.inside[len(b.inside)-1]; fr.isLit {
		return b.g.objs[fr.self].lit.decl
	}
	return b.decl
}

// outlasting keeps what goroutines have that are not over on each way out of the function that has started them.  One that is over
// then unless a context of it has ended may keep that context, which tells nobody anything any more.
func (b *body) outlasting() {
	j := &judge{body: b, flows: make(map[ast.Node]*cfg)}
	for _, s := range b.spawns {
		v := &verdict{judge: j, place: &place{list: bodyOf(s.fn).List, flow: j.flowOf(s.fn), fn: s.fn, whole: true}}
		if v.waitedFor(s, nil) != nil {
			b.keptUntilWait(s)
			continue
		}
		if s.awaited = v.tellsCallers(s) + 1; s.awaited > 0 {
			b.keptUntilWait(s)
			continue
		}
		captured := v.capturedBy(s)
		ctx := v.contextAmong(captured)
		if ctx == nil || v.waitedFor(s, ctx) == nil {
			b.g.store(b.g.of(heap), b.g.load(b.g.of(s.keeps)))
			continue
		}
		b.keptUntilWait(s)
		b.g.store(b.g.of(over), b.variable(ctx))
		for _, x := range captured {
			if x != ctx {
				b.g.store(b.g.of(heap), b.g.of(b.cell(x)))
			}
		}
		if start, ok := s.at.(*ast.GoStmt); ok {
			for _, arg := range start.Call.Args {
				if b.namedVar(arg) != ctx {
					b.g.store(b.g.of(heap), b.eval(arg))
				}
			}
		}
	}
}

// capturedBy are the variables of the functions around it that a goroutine's literal has, and those that it is given.
func (v *verdict) capturedBy(s *spawn) (list []*types.Var) {
	add := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if x := v.namedVar(id); x != nil && !v.within(x, s.lit) && !slices.Contains(list, x) {
					list = append(list, x)
				}
			}
			return true
		})
	}
	add(s.lit)
	if start, ok := s.at.(*ast.GoStmt); ok {
		for _, arg := range start.Call.Args {
			add(arg)
		}
	}
	return list
}

// contextAmong is the context among some variables, if it is the only one and never another; nil otherwise.
func (v *verdict) contextAmong(list []*types.Var) (ctx *types.Var) {
	for _, x := range list {
		if !isContext(x.Type()) {
			continue
		}
		if ctx != nil {
			return nil
		}
		ctx = x
	}
	if ctx == nil || v.givesAddress(ctx) || !v.isDerived(ctx, 0) {
		return nil
	}
	return ctx
}

// isDerived reports whether a context is a parameter, or made of such a one by nothing but functions of package context that give
// no values with it: with a value another context may be got out of it.
func (v *verdict) isDerived(ctx *types.Var, depth int) bool {
	defs := v.definitionsOf(ctx)
	switch {
	case len(defs) == 0:
		return slices.ContainsFunc(v.params, func(p obj) bool { return p >= 0 && v.g.objs[p].v == ctx })
	case len(defs) > 1 || defs[0].left.Pos() != ctx.Pos() || depth > 4:
		return false
	}
	call, ok := ast.Unparen(defs[0].value).(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := v.u.static(v.u.callee(call))
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "context" {
		return false
	}
	if len(call.Args) == 0 {
		return true // Background
	}
	of := v.namedVar(call.Args[0])
	return strings.HasPrefix(fn.Name(), "With") && fn.Name() != "WithValue" && of != nil && isContext(of.Type()) && v.isDerived(of, depth+1)
}

// startsInGroup returns the variable of a group of which a call starts a function.
func (b *body) startsInGroup(call *ast.CallExpr) *types.Var {
	x, method := b.groupCall(call)
	if method != "Go" || len(call.Args) != 1 {
		return nil
	}
	return x
}

// groupCall returns the group, a variable, and the method of it that is called.
func (b *body) groupCall(call *ast.CallExpr) (*types.Var, string) {
	sel, ok := b.u.callee(call).(*ast.SelectorExpr)
	if !ok {
		return nil, ""
	}
	x := b.namedVar(sel.X)
	if x == nil || groups[groupType(x)] == nil {
		return nil, ""
	}
	return x, sel.Sel.Name
}

// groupType is the qualified name of a variable's type, or of what it points to.
func groupType(x *types.Var) string {
	t := x.Type()
	if elem := pointee(t); elem != nil {
		t = elem
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return ""
	}
	return named.Obj().Pkg().Path() + "." + named.Obj().Name()
}

// namedVar is the local that an expression names.
func (b *body) namedVar(e ast.Expr) *types.Var {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil
	}
	x, ok := b.u.info.ObjectOf(id).(*types.Var)
	if !ok || !b.local(x) {
		return nil
	}
	return x
}

// lastSignals are the signals after which a goroutine's literal does nothing any more.
func (b *body) lastSignals(lit *ast.FuncLit) []signal {
	var list []signal
	add := func(s ast.Stmt) {
		x, kind, id := b.signalOf(s)
		if x == nil {
			return
		}
		for i := range list {
			if list[i].on == x && list[i].kind == kind {
				list[i].uses = append(list[i].uses, id)
				return
			}
		}
		list = append(list, signal{x, kind, []*ast.Ident{id}})
	}
	first := firstDefer(lit.Body)
	if first == nil {
		lastStatements(lit.Body.List, true, add)
		return list
	}
	if !slices.Contains(lit.Body.List, ast.Stmt(first)) {
		return nil
	}
	// What is deferred first runs last.
	if deferred, ok := ast.Unparen(first.Call.Fun).(*ast.FuncLit); ok {
		if firstDefer(deferred.Body) == nil {
			lastStatements(deferred.Body.List, true, add)
		}
		return list
	}
	add(&ast.ExprStmt{X: first.Call})
	return list
}

// firstDefer is the first defer of a function in the text; a loop's may run more than once,
// but is none of the function's own statements.
func firstDefer(body *ast.BlockStmt) *ast.DeferStmt {
	var first *ast.DeferStmt
	ast.Inspect(body, func(n ast.Node) bool {
		if _, lit := n.(*ast.FuncLit); lit || first != nil {
			return false
		}
		first, _ = n.(*ast.DeferStmt)
		return true
	})
	return first
}

// lastStatements visits the statements after which the function does nothing any more;
// ends says that it does nothing after the list.
func lastStatements(list []ast.Stmt, ends bool, visit func(ast.Stmt)) {
	for i, s := range list {
		last := ends && i == len(list)-1
		if i == len(list)-2 {
			if ret, ok := list[i+1].(*ast.ReturnStmt); ok && len(ret.Results) == 0 {
				last = true
			}
		}
		if last {
			visit(s)
		}
		switch s := s.(type) {
		case *ast.BlockStmt:
			lastStatements(s.List, last, visit)
		case *ast.IfStmt:
			lastStatements(s.Body.List, last, visit)
			if s.Else != nil {
				lastStatements([]ast.Stmt{s.Else}, last, visit)
			}
		case *ast.ForStmt:
			lastStatements(s.Body.List, false, visit)
		case *ast.RangeStmt:
			lastStatements(s.Body.List, false, visit)
		case *ast.SwitchStmt:
			for _, clause := range s.Body.List {
				lastStatements(clause.(*ast.CaseClause).Body, last, visit)
			}
		case *ast.TypeSwitchStmt:
			for _, clause := range s.Body.List {
				lastStatements(clause.(*ast.CaseClause).Body, last, visit)
			}
		case *ast.SelectStmt:
			for _, clause := range s.Body.List {
				if c := clause.(*ast.CommClause); c.Comm != nil && len(c.Body) == 0 && last {
					visit(c.Comm)
				} else {
					lastStatements(c.Body, last, visit)
				}
			}
		}
	}
}

// signalOf is what a statement signals, and the mention of the variable in it.
func (b *body) signalOf(s ast.Stmt) (*types.Var, signalKind, *ast.Ident) {
	switch s := s.(type) {
	case *ast.SendStmt:
		if x := b.namedVar(s.Chan); x != nil {
			return x, sends, ast.Unparen(s.Chan).(*ast.Ident)
		}
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		if !ok {
			break
		}
		if b.u.builtin(call) == "close" {
			if x := b.namedVar(call.Args[0]); x != nil {
				return x, closes, ast.Unparen(call.Args[0]).(*ast.Ident)
			}
		}
		if x, method := b.groupCall(call); x != nil && method == "Done" {
			return x, doneOf, ast.Unparen(b.u.callee(call).(*ast.SelectorExpr).X).(*ast.Ident)
		}
	}
	return nil, 0, nil
}

// joined returns the signal by which the place waits for a goroutine on each way to its end,
// nil if there is none.  A channel of sends is empty then: nobody else sends on it.  Where the deferred call does nothing
// but end a context, a way on which that has ended before needs no other wait, whatever the goroutine still has.
func (v *verdict) joined(s *spawn) *signal {
	if !v.holds(s.at.Pos()) || v.callsBody() {
		return nil
	}
	return v.waitedFor(s, v.cancelled())
}

// waitedFor returns the signal by which the place waits for a goroutine, or for the end of a context, on each way to its end.
func (v *verdict) waitedFor(s *spawn, context *types.Var) *signal {
	if s.lit == nil {
		return v.awaitedResult(s, context)
	}
	for i, signal := range s.signals {
		wait := func(n cfgNode) (here, atEnd bool) { return v.waitsForGroup(n, signal.on), false }
		ok := false
		switch signal.kind {
		case sends, closes:
			var onlyEnd bool
			onlyEnd, ok = v.channelOf(s, signal)
			wait = func(n cfgNode) (here, atEnd bool) {
				return !onlyEnd && v.receives(n, signal.on), n.over != nil && v.namedVar(n.over.X) == signal.on
			}
		case doneOf, ended:
			ok = v.groupOnly(signal)
		}
		if ok && v.waits(s, signal, func(n cfgNode) (here, atEnd bool) {
			here, atEnd = wait(n)
			return here || v.waitsForEnd(n, context), atEnd
		}) {
			return &s.signals[i]
		}
	}
	return nil
}

// callsBody reports whether a loop around the place ranges over a function.
func (v *verdict) callsBody() bool {
	found := false
	ast.Inspect(bodyOf(v.fn), func(n ast.Node) bool {
		if loop, ok := n.(*ast.RangeStmt); ok && loop.Pos() <= v.start() && v.end() <= loop.End() {
			_, function := coreType(v.typeOf(loop.X)).(*types.Signature)
			found = found || function || coreType(v.typeOf(loop.X)) == nil
		}
		return !found
	})
	return found
}

// waits reports whether no way leads from a goroutine's start to the place's end, or past
// it, or to another start of it, or to where its channel or group becomes another, without
// a wait.  wait reports whether a node is one, and
// whether it is the head of a loop whose end is one.
func (v *verdict) waits(s *spawn, on signal, wait func(cfgNode) (here, atEnd bool)) bool {
	start := slices.IndexFunc(v.flow.nodes, func(n cfgNode) bool {
		return slices.ContainsFunc(n.reads, func(r ast.Node) bool { return startsAt(r, s.at) })
	})
	if start < 0 {
		return false
	}
	end := v.flow.after[v.list[0]]
	leaves := false
	v.flow.search(v.flow.nodes[start].succ, func(i int, n cfgNode) []int {
		here, atEnd := wait(n)
		switch {
		case i == end && (i != 0 || v.whole), v.beyond(n): // where a wait comes too late
			leaves = true
			return nil
		case here:
			return nil
		case v.assigns(n, on.on), i == start && on.kind != doneOf && on.kind != ended:
			leaves = true
			return nil
		case atEnd:
			return n.succ[:1]
		}
		return n.succ
	})
	// The end of the function itself, behind a loop, is reached by returns and by the loop alike.
	return (end != 0 || v.whole) && !leaves
}

// startsAt reports whether a node of the graph is the statement or call that starts a
// goroutine, or has it in itself and no function between.
func startsAt(root, at ast.Node) bool {
	found := false
	ast.Inspect(root, func(n ast.Node) bool {
		if n == at {
			found = true
		}
		_, lit := n.(*ast.FuncLit)
		return !found && !lit
	})
	return found
}

// beyond reports whether a node does not belong to the place.
func (v *verdict) beyond(n cfgNode) bool {
	p := n.place()
	return p.IsValid() && !v.holds(p)
}

// assigns reports whether a node declares a variable or assigns to it.
func (v *verdict) assigns(n cfgNode, x *types.Var) bool {
	return slices.ContainsFunc(n.writes, func(w ast.Expr) bool { return v.namedVar(w) == x })
}

// channelOf reports whether nobody but one goroutine sends on a channel or closes it; onlyEnd
// says that it sends before it is over, so that the end alone, a close, tells.
func (v *verdict) channelOf(s *spawn, on signal) (onlyEnd, ok bool) {
	x := on.on
	list := v.definitionsOf(x)
	if len(list) != 1 || list[0].left.Pos() != x.Pos() || !v.within(x, v.fn) || on.kind == closes && !v.holds(x.Pos()) {
		return false, false
	}
	if call, made := ast.Unparen(list[0].value).(*ast.CallExpr); !made || v.u.builtin(call) != "make" {
		return false, false
	}
	ok = v.eachMention(x, func(id *ast.Ident, around []ast.Node) bool {
		if slices.Contains(on.uses, id) || len(around) == 0 || slices.Contains(around, list[0].value.(ast.Node)) {
			return true
		}
		switch n := around[len(around)-1].(type) {
		case *ast.UnaryExpr:
			return n.Op == token.ARROW
		case *ast.RangeStmt:
			return n.X == id
		case *ast.AssignStmt, *ast.ValueSpec:
			return slices.ContainsFunc(definitions(n), func(d definition) bool { return d.left == id })
		case *ast.SendStmt:
			onlyEnd = true
			return n.Chan == id && on.kind == closes && s.lit.Pos() <= id.Pos() && id.Pos() < s.lit.End()
		}
		return false
	})
	return onlyEnd, ok
}

// groupOnly reports whether a group is used for starting, ending and waiting alone, by the
// function that has it, each Done is the last thing that a goroutine does, and each of these
// was counted right before it was started.
func (v *verdict) groupOnly(on signal) bool {
	x := on.on
	if !v.within(x, bodyOf(v.fn)) || len(v.definitionsOf(x)) > 1 || on.kind == doneOf && pointee(x.Type()) != nil {
		return false // one that others may count with
	}
	if !v.counted(x) {
		return false
	}
	last := make(map[*ast.Ident]bool)
	for _, s := range v.spawns {
		for _, signal := range s.signals {
			if signal.on == x {
				for _, id := range signal.uses {
					last[id] = true
				}
			}
		}
	}
	return v.eachMention(x, func(id *ast.Ident, around []ast.Node) bool {
		if last[id] {
			return true
		}
		if len(around) == 0 {
			return false
		}
		parent := around[len(around)-1]
		if slices.ContainsFunc(definitions(parent), func(d definition) bool { return d.left == id }) {
			return true
		}
		switch n := parent.(type) {
		case *ast.ValueSpec:
			return true // var wg sync.WaitGroup
		case *ast.SelectorExpr:
			if len(around) < 2 {
				return false
			}
			call, ok := around[len(around)-2].(*ast.CallExpr)
			if !ok || ast.Unparen(call.Fun) != ast.Expr(n) {
				return false
			}
			inside := slices.ContainsFunc(around, func(n ast.Node) bool {
				lit, ok := n.(*ast.FuncLit)
				return ok && ast.Node(lit) != v.fn && !(lit.Pos() <= x.Pos() && x.Pos() < lit.End())
			})
			method := n.Sel.Name
			return !inside && (method == "Wait" || method == "Go" || slices.Contains(groups[groupType(x)], method))
		}
		return false
	})
}

// counted reports whether each Add of a group stands in front of the goroutines that it
// counts, in one list: one for each of so many go statements, or for those of a loop over
// as many elements.
func (v *verdict) counted(x *types.Var) bool {
	adds, starts := 0, 0 // in the lists, as they should be
	good := true
	counted := make(map[ast.Stmt]bool) // starts in a loop, by what stands in front of it
	starter := func(s ast.Stmt) bool {
		return slices.ContainsFunc(v.spawns, func(spawn *spawn) bool {
			return spawn.at == ast.Node(s) && slices.ContainsFunc(spawn.signals, func(on signal) bool { return on.on == x && on.kind == doneOf })
		})
	}
	list := func(list []ast.Stmt) {
		pending, each := 0, "" // how many are to follow, or one for each of what
		for _, s := range list {
			if arg := v.addTo(s, x); arg != nil {
				good = good && pending == 0 && each == ""
				adds++
				if value := v.u.info.Types[arg].Value; value != nil {
					n, exact := constant.Int64Val(constant.ToInt(value))
					good = good && exact && n > 0
					pending = int(n)
				} else {
					each = types.ExprString(arg)
				}
				continue
			}
			if starter(s) && !counted[s] {
				good = good && pending > 0
				pending--
				starts++
				continue
			}
			loop, ok := s.(*ast.RangeStmt)
			if ok && each != "" && len(loop.Body.List) > 0 && (each == types.ExprString(loop.X) || each == "len("+types.ExprString(loop.X)+")") {
				if first := loop.Body.List[0]; starter(first) {
					counted[first] = true
					starts++
					each = ""
				}
			}
		}
		good = good && pending == 0 && each == ""
	}
	ast.Inspect(bodyOf(v.fn), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BlockStmt:
			list(n.List)
		case *ast.CaseClause:
			list(n.Body)
		case *ast.CommClause:
			list(n.Body)
		}
		return true
	})
	all := 0
	for _, s := range v.spawns {
		if slices.ContainsFunc(s.signals, func(on signal) bool { return on.on == x && on.kind == doneOf }) {
			all++
		}
	}
	return good && starts == all && adds == v.addsTo(x)
}

// addTo returns the operand of a statement that adds to a group, nil for any other.
func (v *verdict) addTo(s ast.Stmt, x *types.Var) ast.Expr {
	stmt, ok := s.(*ast.ExprStmt)
	if !ok {
		return nil
	}
	call, ok := stmt.X.(*ast.CallExpr)
	if !ok {
		return nil
	}
	if group, method := v.groupCall(call); group != x || method != "Add" || len(call.Args) != 1 {
		return nil
	}
	return call.Args[0]
}

// addsTo counts the calls that add to a group.
func (v *verdict) addsTo(x *types.Var) int {
	count := 0
	ast.Inspect(v.decl, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if group, method := v.groupCall(call); group == x && method == "Add" {
				count++
			}
		}
		return true
	})
	return count
}

// eachMention reports whether a test holds for all mentions of a variable in the
// declaration; around are the nodes that a mention stands in, parentheses left out.
func (b *body) eachMention(x *types.Var, test func(id *ast.Ident, around []ast.Node) bool) bool {
	holds := true
	var around []ast.Node
	ast.Inspect(b.decl, func(n ast.Node) bool {
		if n == nil {
			around = around[:len(around)-1]
			return true
		}
		if id, ok := n.(*ast.Ident); ok && b.u.info.ObjectOf(id) == x {
			path := slices.DeleteFunc(slices.Clone(around), func(n ast.Node) bool { _, paren := n.(*ast.ParenExpr); return paren })
			holds = holds && test(id, path)
		}
		around = append(around, n)
		return true
	})
	return holds
}

// receives reports whether a node receives from a channel, whatever its conditions are.
func (v *verdict) receives(n cfgNode, x *types.Var) bool {
	return n.certain(func(e ast.Node) bool {
		u, ok := e.(*ast.UnaryExpr)
		return ok && u.Op == token.ARROW && v.namedVar(u.X) == x
	})
}

func (v *verdict) waitsForGroup(n cfgNode, x *types.Var) bool {
	return n.certain(func(e ast.Node) bool {
		call, ok := e.(*ast.CallExpr)
		if !ok {
			return false
		}
		group, method := v.groupCall(call)
		return group == x && method == "Wait"
	})
}
