package main

import (
	"go/ast"
	"go/constant"
	"go/types"
)

// The graph knows names that the function was given, and those that a call chose.  One that the function writes
// itself, or makes of numbers, it does not know: anybody else may write it, too.  So where the deferred call
// changes files, that all names which the graph has seen were chosen here is not enough.

// writesName reports whether the deferred call may change a file under a name that the function writes itself.
func (v *verdict) writesName() bool {
	if v.does.does[named] != nil {
		return true
	}
	found := false
	note := func(call *ast.CallExpr) {
		c := newCollector(v.body, v.sums)
		c.call(call)
		if c.has(fileSystem|scratch) == nil {
			return
		}
		for _, arg := range v.u.operandExprs(call) {
			found = found || v.isWritten(arg, 0)
		}
	}
	if lit, ok := ast.Unparen(v.s.Call.Fun).(*ast.FuncLit); ok {
		ast.Inspect(lit.Body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				note(call)
			}
			return !found
		})
		return found
	}
	note(v.s.Call)
	return found
}

// changesNamed are functions that change what is there by a name that they are given.
var changesNamed = map[string]bool{
	"os.Remove": true, "os.RemoveAll": true, "os.Rename": true, "os.Create": true, "os.OpenFile": true, "os.WriteFile": true, "os.Truncate": true,
	"os.Mkdir": true, "os.MkdirAll": true, "io/ioutil.WriteFile": true, "syscall.Unlink": true, "syscall.Rmdir": true, "syscall.Rename": true,
	"syscall.Mkdir": true,
}

// isKnownName reports whether an expression may be a text that the function writes itself, or that everybody knows.
func (b *body) isKnownName(e ast.Expr) bool {
	others := b.g.pts[b.eval(e)]
	return isString(b.typeOf(e)) && (others.has(int(told)) || others.has(int(heap)) || others.has(int(unknown)) || b.isWritten(e, 0))
}

// isWritten reports whether an expression may be, or have as an element or a field, a text that nobody gave the
// function and no call chose.
func (b *body) isWritten(e ast.Expr, depth int) bool {
	e = ast.Unparen(e)
	t := b.typeOf(e)
	if t == nil || depth > 4 {
		return false
	}
	if isString(t) {
		if value := b.u.info.Types[e].Value; value != nil {
			return value.Kind() == constant.String && constant.StringVal(value) != ""
		}
		if b.g.pts[b.eval(e)].empty() {
			return true
		}
	}
	switch e := e.(type) {
	case *ast.UnaryExpr:
		return b.isWritten(e.X, depth)
	case *ast.SliceExpr:
		return b.isWritten(e.X, depth)
	case *ast.CompositeLit:
		for _, elt := range e.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				elt = kv.Value
			}
			if b.isWritten(elt, depth+1) {
				return true
			}
		}
	case *ast.CallExpr:
		if b.u.builtin(e) == "append" {
			for _, arg := range e.Args {
				if b.isWritten(arg, depth+1) {
					return true
				}
			}
		}
	case *ast.Ident:
		x, ok := b.u.info.ObjectOf(e).(*types.Var)
		return ok && b.local(x) && b.getsWritten(x, depth)
	}
	return false
}

// getsWritten reports whether a variable, or a part of it, gets such a text.
func (b *body) getsWritten(x *types.Var, depth int) bool {
	found := false
	ast.Inspect(b.decl, func(n ast.Node) bool {
		for _, d := range definitions(n) {
			if b.rootVar(d.left) == x && d.value != nil {
				found = found || b.isWritten(d.value, depth+1)
			}
		}
		if loop, ok := n.(*ast.RangeStmt); ok && loop.Value != nil && b.rootVar(loop.Value) == x {
			found = found || b.isWritten(loop.X, depth+1)
		}
		return !found
	})
	return found
}
