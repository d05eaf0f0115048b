package main

import (
	"go/ast"
	"go/types"
)

// A test server goes on asking its handler until it is closed.

var startsServer = map[string]bool{
	"net/http/httptest.NewServer": true, "net/http/httptest.NewTLSServer": true, "net/http/httptest.NewUnstartedServer": true, "net/http/httptest.NewTestServer": true,
}

// goesOn reports whether a call makes a server that is not certain to be closed where it
// is made: a variable gets it, and the next statements, before any that may leave the list, close it or defer that.
func (b *body) goesOn(call *ast.CallExpr, fn *types.Func) bool {
	return startsServer[funcName(fn)] && !b.closedHere()[call]
}

// closedHere are the calls whose results are closed in the statement list in which they are made.
func (b *body) closedHere() map[*ast.CallExpr]bool {
	if b.closed != nil {
		return b.closed
	}
	b.closed = make(map[*ast.CallExpr]bool)
	ast.Inspect(b.decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			b.findClosed(n.List)
		case *ast.CaseClause:
			b.findClosed(n.Body)
		case *ast.CommClause:
			b.findClosed(n.Body)
		}
		return true
	})
	return b.closed
}

func (b *body) findClosed(list []ast.Stmt) {
	for i, stmt := range list {
		made, ok := stmt.(*ast.AssignStmt)
		if !ok || len(made.Lhs) != 1 || len(made.Rhs) != 1 {
			continue
		}
		call, ok := ast.Unparen(made.Rhs[0]).(*ast.CallExpr)
		id, named := made.Lhs[0].(*ast.Ident)
		if !ok || !named {
			continue
		}
		x, ok := b.u.info.ObjectOf(id).(*types.Var)
		if ok && b.local(x) && b.closes(list[i+1:], x) {
			b.closed[call] = true
		}
	}
}

// closes reports whether statements close what a variable has, or defer that, before any of
// them may leave the list or give the variable another value.
func (b *body) closes(list []ast.Stmt, x *types.Var) bool {
	for _, stmt := range list {
		var call *ast.CallExpr
		switch s := stmt.(type) {
		case *ast.DeferStmt:
			call = s.Call
		case *ast.ExprStmt:
			call, _ = ast.Unparen(s.X).(*ast.CallExpr)
		}
		if call != nil {
			if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && sel.Sel.Name == "Close" {
				if id, ok := ast.Unparen(sel.X).(*ast.Ident); ok && b.u.info.ObjectOf(id) == x {
					return true
				}
			}
		}
		if b.mayLeave(stmt) || assigns(b.u.info, stmt, x) {
			return false
		}
	}
	return false
}

// mayLeave reports whether a statement holds one that may leave the list it stands in.
func (b *body) mayLeave(stmt ast.Stmt) bool {
	leaves := false
	ast.Inspect(stmt, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BranchStmt, *ast.ReturnStmt:
			leaves = true
		}
		return !leaves
	})
	return leaves
}
