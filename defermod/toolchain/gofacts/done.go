package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// A deferred call that the iteration has made itself by then, on each way to the place's end, does
// nothing any more, whenever it runs: a file that is closed by hand, and once more to be sure.
//
// A way that leaves the function from within the place needs no such call: it runs then as it did.

// doneBy are functions of which it is documented that a call does nothing, or gives no more than an error, after
// one of those behind it on the same receiver.
var doneBy = map[string][]string{
	"cancel":                      nil, // see operand
	"(*os.File).Close":            nil,
	"(*net.conn).Close":           nil,
	"(*net.TCPListener).Close":    nil,
	"(*sync.Once).Do":             nil,
	"(*database/sql.Rows).Close":  nil,
	"(*database/sql.Stmt).Close":  nil,
	"(*database/sql.Conn).Close":  nil,
	"(*database/sql.Tx).Rollback": {"(*database/sql.Tx).Commit"},
	"os/signal.Stop":              nil, // see notifiedBefore
}

// cancelFuncs are functions whose last result does nothing when it is called again.
var cancelFuncs = map[string]bool{
	"context.WithCancel": true, "context.WithDeadline": true, "context.WithTimeout": true, "os/signal.NotifyContext": true,
}

// doneAlready reports whether what the deferred call does is done before the place's end is reached: by hand, or by
// the command whose pipe it closes.
func (v *verdict) doneAlready() bool {
	call := v.onlyCall()
	if v.pipeOver(call) {
		return true
	}
	x, names := v.repeatable(call)
	if x == nil || v.callsBody() {
		return false
	}
	if _, ok := coreType(x.Type()).(*types.Chan); ok && !v.notifiedBefore(x) {
		return false
	}
	again := v.callsOn(x, names...)
	ended := v.cancelled()
	return v.onEachWay(x, func(n ast.Node) bool { return n != ast.Node(call) && again(n) || v.seesOver(n, ended) })
}

// notifiedBefore reports whether a channel is told of signals by nothing but calls before the defer: it is given to
// nobody else, and what is done with it is to receive, and to stop.
func (v *verdict) notifiedBefore(x *types.Var) bool {
	fine := make(map[ast.Expr]bool)
	once := true
	ast.Inspect(v.decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.UnaryExpr:
			fine[ast.Unparen(n.X)] = n.Op == token.ARROW
		case *ast.RangeStmt:
			fine[ast.Unparen(n.X)] = true
		case *ast.CallExpr:
			if y, name := v.operand(n); y == x && name == "os/signal.Stop" {
				fine[ast.Unparen(n.Args[0])] = true
			} else if fn := v.u.static(v.u.callee(n)); fn != nil && funcName(fn) == "os/signal.Notify" && v.inHome(n) {
				fine[ast.Unparen(n.Args[0])] = true
			}
		case *ast.Ident:
			once = once && (v.u.info.Uses[n] != x || fine[n])
		}
		return once
	})
	return once
}

// inHome reports whether a node is evaluated by a statement of the defer's list before it.
func (v *verdict) inHome(n ast.Node) bool {
	for _, s := range v.home {
		if expr, ok := s.(*ast.ExprStmt); ok && s.Pos() < v.s.Pos() && ast.Unparen(expr.X) == n {
			return true
		}
	}
	return false
}

// cancelled is the context of the place that the deferred call ends, if it does nothing else and that is the only one that
// the variable ever has; nil otherwise.
func (v *verdict) cancelled() *types.Var {
	x, name := v.operand(v.onlyCall())
	if name != "cancel" || !v.mine(x) || v.usages.usage(x).reassigned || v.givesAddress(x) {
		return nil
	}
	made := v.definitionsOf(x)[0].value
	if fn := v.u.static(v.u.callee(ast.Unparen(made).(*ast.CallExpr))); fn.Pkg().Path() != "context" {
		return nil // who asks for signals gets them until it is called
	}
	var ctx *types.Var
	ast.Inspect(v.decl, func(n ast.Node) bool {
		if as, ok := n.(*ast.AssignStmt); ok && len(as.Rhs) == 1 && as.Rhs[0] == made {
			ctx = v.namedVar(as.Lhs[0])
		}
		return ctx == nil
	})
	if ctx == nil || !v.mine(ctx) || v.usages.usage(ctx).reassigned || v.givesAddress(ctx) {
		return nil
	}
	return ctx
}

// waitsForEnd reports whether a node waits for the end of a context, whatever its conditions are.
func (v *verdict) waitsForEnd(n cfgNode, ctx *types.Var) bool {
	return ctx != nil && n.certain(func(n ast.Node) bool { return v.seesOver(n, ctx) })
}

// seesOver reports whether a node waits for the end of a context: who ends it then does nothing any more.
func (v *verdict) seesOver(n ast.Node, ctx *types.Var) bool {
	u, ok := n.(*ast.UnaryExpr)
	if !ok || ctx == nil || u.Op != token.ARROW {
		return false
	}
	call, ok := ast.Unparen(u.X).(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := v.u.callee(call).(*ast.SelectorExpr)
	return ok && v.u.isMethodCall(sel) && sel.Sel.Name == "Done" && v.namedVar(sel.X) == ctx
}

// pipes are methods of a command that give a pipe, which Wait closes, as it is documented, and Start if it fails.
var pipes = map[string]bool{"(*os/exec.Cmd).StdinPipe": true, "(*os/exec.Cmd).StdoutPipe": true, "(*os/exec.Cmd).StderrPipe": true}

// pipeOver reports whether a call closes the pipe of a command that was started, and was waited for by then.
func (v *verdict) pipeOver(call *ast.CallExpr) bool {
	x, name := v.operand(call)
	if name != "(io.Closer).Close" || x == nil || !v.mine(x) || v.usages.usage(x).reassigned || v.givesAddress(x) || v.callsBody() {
		return false
	}
	made := v.onlyMaking(x)
	if made == nil {
		return false
	}
	cmd, name := v.operand(made)
	if !pipes[name] || cmd == nil || v.usages.usage(cmd).reassigned || v.givesAddress(cmd) || v.namesProcess() {
		return false
	}
	started, waited := v.callsOn(cmd, "(*os/exec.Cmd).Start"), v.callsOn(cmd, "(*os/exec.Cmd).Wait")
	return v.onEachWay(x, waited) && (v.onEachWay(x, started) || v.certainBetween(made, started))
}

// onlyMaking is the call whose first result is all that a variable ever gets, nil if there is none.
func (v *verdict) onlyMaking(x *types.Var) *ast.CallExpr {
	list := v.definitionsOf(x)
	if len(list) != 1 || list[0].result != 0 {
		return nil
	}
	made, _ := ast.Unparen(list[0].value).(*ast.CallExpr)
	return made
}

// callsOn tells the calls of functions of some names on a variable from other nodes.
func (v *verdict) callsOn(x *types.Var, names ...string) func(ast.Node) bool {
	return func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return false
		}
		y, name := v.operand(call)
		return y == x && slices.Contains(names, name)
	}
}

// certainBetween reports whether something such is evaluated for certain after a node and before the defer is passed,
// by a statement of their list.
func (v *verdict) certainBetween(from ast.Node, such func(ast.Node) bool) bool {
	for _, s := range v.home {
		if s.Pos() < from.End() || s.Pos() >= v.s.Pos() {
			continue
		}
		if branch, ok := s.(*ast.IfStmt); ok && branch.Init != nil {
			s = branch.Init
		}
		switch s.(type) {
		case *ast.ExprStmt, *ast.AssignStmt:
			if (cfgNode{reads: []ast.Node{s}}).certain(such) {
				return true
			}
		}
	}
	return false
}

// namesProcess reports whether anything is assigned to what a command knows of its process by itself.
func (v *verdict) namesProcess() bool {
	found := false
	ast.Inspect(v.decl, func(n ast.Node) bool {
		for _, d := range gets(n) {
			switch left := ast.Unparen(d.left).(type) {
			case *ast.StarExpr:
				found = true
			case *ast.SelectorExpr:
				found = found || left.Sel.Name == "Process" || left.Sel.Name == "ProcessState"
			}
		}
		return !found
	})
	return found
}

// onlyCall is the call that the defer makes, by way of a literal that does nothing else or not.
func (v *verdict) onlyCall() *ast.CallExpr {
	lit, ok := ast.Unparen(v.s.Call.Fun).(*ast.FuncLit)
	if !ok || len(lit.Body.List) != 1 || len(v.s.Call.Args) > 0 {
		return v.s.Call
	}
	switch s := lit.Body.List[0].(type) {
	case *ast.ExprStmt:
		if call, ok := s.X.(*ast.CallExpr); ok {
			return call
		}
	case *ast.AssignStmt:
		if len(s.Lhs) == 1 && len(s.Rhs) == 1 {
			id, blank := s.Lhs[0].(*ast.Ident)
			if call, ok := ast.Unparen(s.Rhs[0]).(*ast.CallExpr); ok && blank && id.Name == "_" {
				return call
			}
		}
	}
	return v.s.Call
}

// repeatable is the variable of the iteration that a call is made on, and the functions after which such a call
// does nothing; nil for other calls.  The variable may get another value where the deferred call has kept the one
// that it had, a pointer or a function, and where one sees it get that.
func (v *verdict) repeatable(call *ast.CallExpr) (*types.Var, []string) {
	x, name := v.operand(call)
	if x == nil || !v.mine(x) || v.givesAddress(x) || v.givesPart(x) {
		return nil, nil
	}
	if use := v.usages.usage(x); use.reassigned && (use.elsewhere || call != v.s.Call || !keptWhole(x.Type())) {
		return nil, nil
	}
	others, ok := doneBy[name]
	if !ok {
		does := v.u.calledAgain(name)
		if !does.nothing || does.waits && v.keepsRight() {
			return nil, nil
		}
	}
	return x, append([]string{name}, others...)
}

// keepsRight reports whether the place takes a right that it does not give back: whoever needs it waits at the place's end.
func (v *verdict) keepsRight() bool {
	c := newCollector(v.body, v.sums)
	for _, s := range v.list {
		c.walk(s)
	}
	c.settle()
	return c.does[acquires] != nil
}

// operand is the variable that a call is made on, and what it calls: a method, or what cancels a
// context, which all are "cancel".
func (v *verdict) operand(call *ast.CallExpr) (*types.Var, string) {
	switch fun := v.u.callee(call).(type) {
	case *ast.SelectorExpr:
		fn := v.u.static(fun)
		if fn != nil && v.u.isMethodCall(fun) {
			if len(v.u.wayOf(fun).steps) > 0 {
				return nil, "" // it acts on what a field has, which may be another by then
			}
			return v.namedVar(fun.X), funcName(fn)
		}
		if fn != nil && len(call.Args) == 1 && funcName(fn) == "os/signal.Stop" {
			return v.namedVar(call.Args[0]), funcName(fn)
		}
	case *ast.Ident:
		x := v.namedVar(fun)
		if x == nil {
			return nil, ""
		}
		list := v.definitionsOf(x)
		for _, d := range list {
			made, ok := ast.Unparen(d.value).(*ast.CallExpr)
			if !ok {
				return nil, ""
			}
			if fn := v.u.static(v.u.callee(made)); fn == nil || !cancelFuncs[funcName(fn)] || d.result != 1 {
				return nil, ""
			}
		}
		if len(list) > 0 {
			return x, "cancel"
		}
	}
	return nil, ""
}

// keptWhole reports whether whoever keeps a value of type t has all that a call on it needs: a struct or an array
// is called by its address.
func keptWhole(t types.Type) bool {
	switch coreType(t).(type) {
	case *types.Pointer, *types.Signature:
		return true
	}
	return false
}

// givesAddress reports whether the address of a variable, or of a part of it, is taken, a method of it aside.
func (v *verdict) givesAddress(x *types.Var) bool {
	found := false
	ast.Inspect(v.decl, func(n ast.Node) bool {
		if e := v.u.addressed(n); e != nil && v.rootVar(e) == x {
			found = true
		}
		return !found
	})
	return found
}

// givesPart reports whether something is assigned to what a variable points to, or to a part of it.
func (v *verdict) givesPart(x *types.Var) bool {
	found := false
	ast.Inspect(v.decl, func(n ast.Node) bool {
		for _, d := range gets(n) {
			if v.namedVar(d.left) == nil && v.rootVar(d.left) == x {
				found = true
			}
		}
		return !found
	})
	return found
}

// onEachWay reports whether every way from the defer to the place's end, and out of the place to other code of
// the function, passes something that is evaluated for certain and is such, before x gets another value.
func (v *verdict) onEachWay(x *types.Var, such func(ast.Node) bool) bool {
	start := v.deferNode()
	end := v.flow.after[v.list[0]]
	if start < 0 || end == 0 {
		return false
	}
	missed := false
	v.flow.search(v.flow.nodes[start].succ, func(i int, n cfgNode) []int {
		missed = missed || i == end || v.beyond(n)
		if missed || n.certain(such) {
			return nil
		}
		for _, w := range n.writes {
			missed = missed || v.namedVar(w) == x
		}
		return n.succ
	})
	return !missed
}

// nextDoes are functions that do to what another has given no more than that one does itself, before anything else, when it is
// called again: what is left of a part of a message is read when the next part is asked for, and read once.
var nextDoes = map[string][]string{
	"(*mime/multipart.Part).Close": {"(*mime/multipart.Reader).NextPart", "(*mime/multipart.Reader).NextRawPart"},
}

// doneNext reports whether the first thing that happens once the place is over is what the deferred call does: then that
// does nothing any more when the function ends.
func (v *verdict) doneNext() bool {
	x, name := v.operand(v.onlyCall())
	nexts := nextDoes[name]
	if x == nil || nexts == nil || !v.mine(x) || v.usages.usage(x).reassigned || v.givesAddress(x) || v.callsBody() || &v.list[0] != &v.home[0] {
		return false
	}
	made := v.onlyMaking(x)
	if made == nil {
		return false
	}
	from, name := v.operand(made)
	if from == nil || !slices.Contains(nexts, name) || v.within(from, v.loop) || v.usages.usage(from).reassigned || v.givesAddress(from) {
		return false
	}
	return v.nextOutside(v.callsOn(from, nexts...))
}

// nextOutside reports whether on every way from the defer out of the place, other than one that ends the function there,
// something such is evaluated before any other call, receive or send, and before the function ends.
func (v *verdict) nextOutside(such func(ast.Node) bool) bool {
	start := v.deferNode()
	end := v.flow.after[v.list[0]]
	if start < 0 || end == 0 {
		return false
	}
	var outs []int
	v.flow.search(v.flow.nodes[start].succ, func(i int, n cfgNode) []int {
		if i == end || v.beyond(n) {
			outs = append(outs, i)
			return nil
		}
		return n.succ
	})
	missed := len(outs) == 0
	v.flow.search(outs, func(i int, n cfgNode) []int {
		if n.certain(such) {
			return nil
		}
		missed = missed || i == 0 || n.busy()
		return n.succ
	})
	return !missed
}

// busy reports whether a node does anything that others could notice, or that could notice them.
func (n cfgNode) busy() bool {
	found := n.over != nil
	look := func(root ast.Node) {
		ast.Inspect(root, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr, *ast.SendStmt, *ast.SelectStmt, *ast.GoStmt, *ast.DeferStmt, *ast.FuncLit:
				found = true
			case *ast.UnaryExpr:
				found = found || n.Op == token.ARROW
			}
			return !found
		})
	}
	for _, r := range n.reads {
		look(r)
	}
	for _, w := range n.writes {
		look(w)
	}
	return found
}
