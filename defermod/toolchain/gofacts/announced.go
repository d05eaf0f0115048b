package main

import (
	"go/ast"
	"go/types"
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

// An announcer looks for calls that tell somebody else an address, in the function or in one that it calls.
type announcer struct {
	*verdict
	root  ast.Node
	names func(ast.Expr) bool // whether an expression has the address in it
	own   func(ast.Expr) bool // whether it names somebody of the same iteration
	depth int
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
	a := &announcer{
		verdict: v, root: bodyOf(v.fn),
		names: func(e ast.Expr) bool { return intersects(v.g.textual(v.g.reach(v.g.pts[v.eval(e)])), names) },
		own: func(e ast.Expr) bool {
			made := false
			v.g.text(v.g.pts[v.eval(e)], true, false).each(func(i int) {
				at := v.g.objs[i].at
				made = made || names.has(i) || at != nil && v.holds(at.Pos())
			})
			return made
		},
	}
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

func (a *announcer) tells(call *ast.CallExpr) bool {
	fn := a.u.static(a.u.callee(call))
	if fn == nil {
		return false
	}
	if i, ok := asks[funcName(fn)]; ok {
		return i < len(call.Args) && !a.leadsHome(call.Args[i], 0) && a.anyNames(call.Args)
	}
	if asksServer[funcName(fn)] && a.u.isMethodCall(a.u.callee(call)) {
		return !a.own(a.u.operandExprs(call)[0]) && a.anyNames(call.Args)
	}
	decl := a.u.declOf(fn)
	if decl == nil || decl.Body == nil || a.depth > 2 {
		return false
	}
	var told, own []*types.Var
	params := fn.Type().(*types.Signature).Params()
	for i, arg := range call.Args {
		x := params.At(min(i, params.Len()-1))
		if a.names(arg) {
			told = append(told, x)
		}
		if a.own(arg) {
			own = append(own, x)
		}
	}
	if len(told) == 0 {
		return false
	}
	names, home := a.derivedFrom(decl.Body, told), a.derivedFrom(decl.Body, own)
	inner := &announcer{
		verdict: a.verdict, root: decl.Body, depth: a.depth + 1,
		names: func(e ast.Expr) bool { return a.uses(e, names) },
		own:   func(e ast.Expr) bool { return a.uses(e, home) },
	}
	found := false
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		found = found || ok && inner.tells(call)
		return !found
	})
	return found
}

func (a *announcer) anyNames(list []ast.Expr) bool {
	for _, e := range list {
		if a.names(e) {
			return true
		}
	}
	return false
}

// leadsHome reports whether an address begins with that of somebody of the same iteration.
func (a *announcer) leadsHome(e ast.Expr, depth int) bool {
	e = ast.Unparen(e)
	if depth > 4 {
		return true
	}
	switch e := e.(type) {
	case *ast.BinaryExpr:
		if a.u.info.Types[e.X].Value != nil {
			return a.leadsHome(e.Y, depth)
		}
		return a.leadsHome(e.X, depth)
	case *ast.CallExpr:
		for _, arg := range a.u.operandExprs(e) {
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

// onlyValue is a text that is put together, if a variable never gets anything else; nil otherwise.
func (a *announcer) onlyValue(x *types.Var) ast.Expr {
	var values []ast.Expr
	ast.Inspect(a.root, func(n ast.Node) bool {
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

// derivedFrom are some parameters of another function and the variables of it that get anything of them.
func (a *announcer) derivedFrom(body *ast.BlockStmt, params []*types.Var) map[*types.Var]bool {
	derived := make(map[*types.Var]bool)
	for _, x := range params {
		derived[x] = true
	}
	for changed := true; changed; {
		changed = false
		add := func(e ast.Expr) {
			if x := a.rootVar(partOf(e)); x != nil && a.within(x, body) && !derived[x] {
				derived[x], changed = true, true
			}
		}
		ast.Inspect(body, func(n ast.Node) bool {
			for _, d := range definitions(n) {
				if a.uses(d.value, derived) {
					add(d.left)
				}
			}
			if call, ok := n.(*ast.CallExpr); ok && a.uses(call, derived) {
				for _, e := range a.u.operandExprs(call) {
					if t := a.u.info.TypeOf(e); t != nil && a.h.refs(t) {
						add(e) // it may be put there
					}
				}
			}
			return true
		})
	}
	return derived
}
