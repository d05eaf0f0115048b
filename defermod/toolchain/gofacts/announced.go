package main

import (
	"go/ast"
	"go/constant"
	"go/types"
	"slices"
	"strings"
)

// Nobody knows an address that a call chose but whom the iteration tells: a coordinator, a registry, a proxy.  He
// may connect to it as long as it is there, and a later pass may be what makes him do so.

// asks are functions of the library that talk to whom one of their arguments names: what else they are given he is
// told.  A request that is made is taken to be sent.
var asks = map[string]int{
	"net/http.Get": 0, "net/http.Head": 0, "net/http.Post": 0, "net/http.PostForm": 0,
	"(*net/http.Client).Get": 0, "(*net/http.Client).Head": 0, "(*net/http.Client).Post": 0, "(*net/http.Client).PostForm": 0,
	"net/http.NewRequest": 1, "net/http.NewRequestWithContext": 2,
}

// asksServer are methods that talk to whom their receiver is connected to.
var asksServer = map[string]bool{"(*net/rpc.Client).Call": true, "(*net/rpc.Client).Go": true}

// An announcer looks for calls in a function that tell somebody else an address.
type announcer struct {
	*body
	text   *passes
	names  func(ast.Expr) bool    // whether an expression has the address in it
	own    func(ast.Expr) bool    // whether it names whoever listens there, or somebody of the same iteration
	linked map[*types.Var]bool    // see connected
	online map[*ast.CallExpr]bool // which calls are at work on the network; the same for all that look in one solution
}

// announced: whoever is told the address of what the deferred call closes may connect to it.
func (v *verdict) announced() {
	if v.does.does[network] == nil {
		return
	}
	names := v.names(v.ended()).without(v.fromOutside())
	if names.empty() {
		return
	}
	text := v.passesIn(bodyOf(v.fn))
	derived := v.derivedFrom(text, v.released())
	a := &announcer{
		body: v.body, text: text, online: make(map[*ast.CallExpr]bool),
		names: func(e ast.Expr) bool {
			return v.uses(e, derived) || intersects(v.g.textual(v.g.reach(v.g.pts[v.eval(e)])), names)
		},
		own: func(e ast.Expr) bool {
			made := false
			v.g.text(v.g.pts[v.eval(e)], true, false).each(func(i int) {
				at := v.g.objs[i].at
				made = made || names.has(i) || at != nil && v.holds(at.Pos())
			})
			return made
		},
	}
	a.connected()
	for _, stmt := range v.list {
		ast.Inspect(stmt, func(n ast.Node) bool {
			if n == ast.Node(v.s) {
				return false
			}
			if call, ok := n.(*ast.CallExpr); ok && a.tells(call) {
				v.doubt(escapesIteration, "others are told the address of what "+v.subject()+" closes, and may connect to it until the function ends", nodeWitness(call), "told here")
			}
			return true
		})
	}
}

// toldOthers notes the parameters that the function tells somebody whom they don't name.
func (b *body) toldOthers(e *effects) {
	decl, ok := b.decl.(*ast.FuncDecl)
	if !ok || b.u.standard(b.u.pkg) || e.does&(network|peers|anything) == 0 {
		return
	}
	text, online := b.passesIn(decl.Body), make(map[*ast.CallExpr]bool)
	for x, i := range b.u.operandPlaces(decl) {
		derived := b.derivedFrom(text, map[*types.Var]bool{x.(*types.Var): true})
		uses := func(e ast.Expr) bool { return b.uses(e, derived) }
		a := &announcer{body: b, text: text, names: uses, own: uses, online: online}
		a.connected()
		if slices.ContainsFunc(text.calls, a.tells) {
			e.tells[i] = true
		}
	}
}

// connected notes the variables that get a connection to somebody else, or something on one: what a call gives that
// is at work on the network, leads to nobody of the same iteration, and has no address of its own.
func (a *announcer) connected() {
	a.linked = make(map[*types.Var]bool)
	connects := func(e ast.Expr) bool {
		call, ok := ast.Unparen(e).(*ast.CallExpr)
		if !ok || slices.ContainsFunc(a.u.operandExprs(call), func(e ast.Expr) bool { return a.own(e) || a.leadsHome(e, 0) }) {
			return false
		}
		if in := a.invokes[call]; in != nil && a.makesName(a.sums, in, call, 0) {
			return false
		}
		return a.isOnline(call)
	}
	for _, l := range a.text.links {
		if !a.linked[l.x] && connects(l.value) {
			a.linked[l.x] = true
		}
	}
	for changed := len(a.linked) > 0; changed; {
		changed = false
		for _, l := range a.text.links {
			if !a.linked[l.x] && a.uses(l.value, a.linked) {
				a.linked[l.x], changed = true, true
			}
		}
	}
}

// isOnline reports whether a call is at work on the network.
func (a *announcer) isOnline(call *ast.CallExpr) bool {
	found, known := a.online[call]
	if !known {
		if fn := a.u.static(a.u.callee(call)); fn != nil && !isInterfaceMethod(fn) {
			if e := a.sums.effectsOf(fn); e != nil && !e.mayDo(network|anything) && len(e.calls) == 0 && len(e.methods) == 0 {
				return false
			}
		}
		c := newCollector(a.body, a.sums)
		c.call(call)
		found = c.has(network) != nil
		a.online[call] = found
	}
	return found
}

// tellsLinked reports whether a call gets the address and, beside it, something on a connection to somebody else.  A function
// of package net itself sends nothing of what it is given: it makes connections, and looks for addresses.
func (a *announcer) tellsLinked(call *ast.CallExpr) bool {
	if a.u.info.Types[call.Fun].IsType() {
		return false
	}
	if fn := a.u.static(a.u.callee(call)); fn != nil && fn.Pkg() != nil && (fn.Pkg().Path() == "net" && fn.Type().(*types.Signature).Recv() == nil || onlyReads(fn)) {
		return false
	}
	operands := a.u.operandExprs(call)
	for i, to := range operands {
		for k, what := range operands {
			if i != k && a.uses(to, a.linked) && a.names(what) {
				return true
			}
		}
	}
	return false
}

// onlyReads reports whether a function of the library reads from a connection, by its name, and tells nobody anything.
func onlyReads(fn *types.Func) bool {
	switch fn.Pkg().Path() {
	case "bufio", "io", "net":
		return strings.HasPrefix(fn.Name(), "Read") && fn.Name() != "ReadFrom" || fn.Name() == "Scan"
	}
	return false
}

func (a *announcer) tells(call *ast.CallExpr) bool {
	if a.tellsLinked(call) {
		return true
	}
	fn := a.u.static(a.u.callee(call))
	if fn == nil {
		return false
	}
	if i, ok := asks[funcName(fn)]; ok {
		return i < len(call.Args) && !a.leadsHome(call.Args[i], 0) && a.anyNames(call.Args)
	}
	operands := a.u.operandExprs(call)
	if asksServer[funcName(fn)] && a.u.isMethodCall(a.u.callee(call)) {
		return (!a.own(operands[0]) || a.uses(operands[0], a.linked)) && a.anyNames(call.Args)
	}
	e := a.sums.effectsOf(fn)
	if e == nil {
		return false
	}
	sig := fn.Type().(*types.Signature)
	s := shapeOf(sig, sig.Recv() != nil)
	told, home := false, false
	for i, arg := range operands {
		switch {
		case e.tells[s.param(i)]:
			told = told || a.names(arg)
		default:
			home = home || a.own(arg)
		}
	}
	return told && !home
}

func (a *announcer) anyNames(list []ast.Expr) bool {
	for _, e := range list {
		if a.names(e) {
			return true
		}
	}
	return false
}

// leadsHome reports whether an address begins with that of whoever listens there, or of somebody of the same iteration.
func (a *announcer) leadsHome(e ast.Expr, depth int) bool {
	e = ast.Unparen(e)
	if depth > 4 {
		return true
	}
	switch e := e.(type) {
	case *ast.BinaryExpr:
		return a.hostAmong(parts(e), depth)
	case *ast.CallExpr:
		operands := a.u.operandExprs(e)
		if fn := a.u.static(a.u.callee(e)); fn != nil && len(operands) > 0 {
			switch funcName(fn) {
			case "fmt.Sprintf":
				return a.hostAmong(a.formatted(operands), depth)
			case "fmt.Sprint", "net.JoinHostPort":
				return a.hostAmong(operands, depth)
			}
		}
		for _, arg := range operands {
			if a.u.info.Types[arg].Value == nil {
				return a.leadsHome(arg, depth+1)
			}
		}
	case *ast.Ident:
		if x, ok := a.u.info.ObjectOf(e).(*types.Var); ok {
			if value := a.onlyValue(x); value != nil {
				return a.leadsHome(value, depth+1)
			}
		}
	}
	return a.own(e)
}

// parts are what a text is put together of.
func parts(e ast.Expr) []ast.Expr {
	if sum, ok := ast.Unparen(e).(*ast.BinaryExpr); ok {
		return append(parts(sum.X), parts(sum.Y)...)
	}
	return []ast.Expr{e}
}

// hostAmong reports whether what stands in front of a path leads home.
func (a *announcer) hostAmong(list []ast.Expr, depth int) bool {
	for _, e := range list {
		if value := a.u.info.Types[e].Value; value == nil {
			if a.leadsHome(e, depth+1) {
				return true
			}
		} else if value.Kind() == constant.String && endsHost(constant.StringVal(value)) {
			return false
		}
	}
	return false
}

func endsHost(text string) bool {
	return strings.ContainsAny(strings.Replace(text, "://", "", 1), "/?")
}

// formatted are the operands of a call of fmt.Sprintf that stand in front of a path.
func (a *announcer) formatted(operands []ast.Expr) []ast.Expr {
	value := a.u.info.Types[operands[0]].Value
	if value == nil || value.Kind() != constant.String {
		return operands
	}
	var list []ast.Expr
	for i, text := range strings.Split(constant.StringVal(value), "%") {
		if i > 0 && i < len(operands) {
			list = append(list, operands[i])
		}
		if endsHost(text) {
			break
		}
	}
	return list
}

// onlyValue is a text that is put together, if a variable never gets anything else; nil otherwise.
func (a *announcer) onlyValue(x *types.Var) ast.Expr {
	var values []ast.Expr
	ast.Inspect(a.text.root, func(n ast.Node) bool {
		for _, d := range definitions(n) {
			if a.rootVar(d.left) == x {
				values = append(values, d.value)
			}
		}
		return true
	})
	if len(values) != 1 || !isString(a.u.info.TypeOf(values[0])) {
		return nil
	}
	switch e := ast.Unparen(values[0]).(type) {
	case *ast.BinaryExpr, *ast.CallExpr:
		return e
	}
	return nil
}

// passes are how something gets from one place to another by a function's text alone.
type passes struct {
	root  ast.Node
	gets  []getting
	links []link
	calls []*ast.CallExpr
}

// A getting is what gets something, and what gives it; a link is one of a single variable that may hold a connection.
type (
	getting struct {
		to   []*types.Var
		from ast.Node
	}
	link struct {
		x     *types.Var
		value ast.Expr
	}
)

// passesIn are those in a function's body, found once for it.
func (b *body) passesIn(root *ast.BlockStmt) *passes {
	if b.text != nil && b.text.root == ast.Node(root) {
		return b.text
	}
	t := &passes{root: root}
	inside := func(list []ast.Expr) (vars []*types.Var) {
		for _, e := range list {
			if x := b.rootVar(partOf(e)); x != nil && root.Pos() <= x.Pos() && x.Pos() < root.End() {
				vars = append(vars, x)
			}
		}
		return vars
	}
	ast.Inspect(root, func(n ast.Node) bool {
		for _, d := range gets(n) {
			if to := inside([]ast.Expr{d.left}); to != nil && !isError(b.u.info.TypeOf(d.left)) {
				t.gets = append(t.gets, getting{to, d.value})
			}
		}
		for _, d := range definitions(n) {
			if x := b.rootVar(d.left); x != nil && !isError(x.Type()) && b.h.refs(x.Type()) {
				t.links = append(t.links, link{x, d.value})
			}
		}
		if call, ok := n.(*ast.CallExpr); ok {
			t.calls = append(t.calls, call)
			var list []ast.Expr // where it may be put
			for i, e := range b.u.operandExprs(call) {
				if t := b.u.info.TypeOf(e); t != nil && b.h.refs(t) && !b.onlyLooksAt(call, i) {
					list = append(list, e)
				}
			}
			if to := inside(list); to != nil {
				t.gets = append(t.gets, getting{to, call})
			}
		}
		return true
	})
	b.text = t
	return t
}

// onlyLooksAt reports whether a function of the library is known to write nothing to an operand, and to put nothing there.
func (b *body) onlyLooksAt(call *ast.CallExpr, operand int) bool {
	fn := b.u.static(b.u.callee(call))
	if fn == nil || !b.u.standard(fn.Pkg()) {
		return false
	}
	sig := fn.Type().(*types.Signature)
	param := shapeOf(sig, sig.Recv() != nil).param(operand)
	e, sum := b.sums.effectsOf(fn), b.sums.lookup(calleeName(fn))
	return e != nil && sum != nil && !sum.unknown && e.writes[param] == touchesNothing &&
		!slices.ContainsFunc(sum.edges, func(e edge) bool { return e.to.intoOperand(param) })
}

// derivedFrom are some variables and those of the function that get anything of them.
func (b *body) derivedFrom(text *passes, derived map[*types.Var]bool) map[*types.Var]bool {
	for changed := true; changed; {
		changed = false
		for _, g := range text.gets {
			if fresh := slices.ContainsFunc(g.to, func(x *types.Var) bool { return !derived[x] }); fresh && b.uses(g.from, derived) {
				for _, x := range g.to {
					derived[x] = true
				}
				changed = true
			}
		}
	}
	return derived
}
