package main

import (
	"go/ast"
	"go/token"
)

// everyDefer is set by the linker (-X main.everyDefer=yes) in a program that
// describes all declarations with a defer.  It is no flag, so that the two
// programs have build cache entries of their own.
var everyDefer string

// everything is set likewise in a program that describes all declarations.
var everything string

// candidates returns the top-level declarations of a file in which a defer lies
// in a loop of its function, or may lie in one built with goto; or, as everyDefer
// says, those in which there is any defer, or, as everything says, all.
func candidates(f *ast.File) []ast.Decl {
	var list []ast.Decl
	for _, d := range f.Decls {
		if everything != "" || hasLoopDefer(d) || everyDefer != "" && hasDefer(d) {
			list = append(list, d)
		}
	}
	return list
}

func hasDefer(d ast.Decl) bool {
	found := false
	ast.Inspect(d, func(n ast.Node) bool {
		if _, ok := n.(*ast.DeferStmt); ok {
			found = true
		}
		return !found
	})
	return found
}

func hasLoopDefer(d ast.Decl) bool {
	found := false
	var function func(body ast.Node)
	function = func(body ast.Node) {
		defers, gotos := false, false
		var visit func(root ast.Node, inLoop bool)
		visit = func(root ast.Node, inLoop bool) {
			ast.Inspect(root, func(n ast.Node) bool {
				if n == root {
					return true
				}
				switch n := n.(type) {
				case *ast.FuncLit:
					function(n.Body)
					return false
				case *ast.ForStmt, *ast.RangeStmt:
					visit(n, true)
					return false
				case *ast.DeferStmt:
					defers = true
					found = found || inLoop
				case *ast.BranchStmt:
					gotos = gotos || n.Tok == token.GOTO
				}
				return true
			})
		}
		visit(body, false)
		found = found || defers && gotos
	}
	function(d)
	return found
}
