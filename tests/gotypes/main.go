// Command gotypes says what Go's own type checker makes of names and of function endings.
//
// Arguments: import paths of standard packages, and names of single files that are checked by themselves.
// Output: one JSON object, file name to File.  Type errors are passed over: names are resolved all the same.
package main

import (
	"encoding/json"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"log"
	"os"
	"path/filepath"
	"strings"
)

// File holds byte offsets only.
type File struct {
	// Uses maps a use of a name to its declaration, or to -1 if that isn't local to the top-level declaration,
	// or to -2 if it is a field in a struct literal.
	Uses map[int]int `json:"uses"`
	// Defs are the local names where they are declared.
	Defs []int `json:"defs"`
	// Endings maps the closing brace of every function to whether its body ends in a terminating statement.
	Endings map[int]bool `json:"endings"`
}

var (
	fset  = token.NewFileSet()
	files = map[string]*File{}
	imp   = importer.ForCompiler(fset, "source", nil)
)

func main() {
	for _, arg := range os.Args[1:] {
		if strings.HasSuffix(arg, ".go") {
			check(arg, []string{arg})
			continue
		}
		pkg, err := build.Import(arg, "", 0)
		if _, nothing := err.(*build.NoGoError); nothing {
			continue // on this platform
		}
		if err != nil {
			log.Fatal(err)
		}
		var names []string
		for _, name := range append(pkg.GoFiles, pkg.TestGoFiles...) {
			names = append(names, filepath.Join(pkg.Dir, name))
		}
		check(arg, names)
	}
	if err := json.NewEncoder(os.Stdout).Encode(files); err != nil {
		log.Fatal(err)
	}
}

func check(path string, names []string) {
	syntax := parse(names)
	info := &types.Info{
		Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{},
	}
	config := types.Config{Importer: imp, Error: func(error) {}}
	pkg, _ := config.Check(path, fset, syntax, info)
	for i, file := range syntax {
		files[names[i]] = &File{Uses: map[int]int{}, Defs: []int{}, Endings: map[int]bool{}}
		for _, decl := range file.Decls {
			if general, ok := decl.(*ast.GenDecl); ok && general.Tok == token.IMPORT {
				continue
			}
			record(files[names[i]], decl, info, pkg)
		}
	}
	endings(path, names)
}

func parse(names []string) []*ast.File {
	var syntax []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			log.Fatal(err)
		}
		syntax = append(syntax, file)
	}
	return syntax
}

func record(file *File, decl ast.Decl, info *types.Info, pkg *types.Package) {
	local := func(object types.Object) bool {
		return decl.Pos() <= object.Pos() && object.Pos() < decl.End() && object.Parent() != pkg.Scope()
	}
	ast.Inspect(decl, func(node ast.Node) bool {
		name, ok := node.(*ast.Ident)
		if !ok {
			return true
		}
		at := fset.PositionFor(name.Pos(), false).Offset
		if object, ok := info.Defs[name]; ok && object == nil && name.Name != "_" {
			file.Defs = append(file.Defs, at) // the alias of a type switch
		} else if object != nil && name.Name != "_" && local(object) && !member(object) {
			file.Defs = append(file.Defs, at)
		}
		object := info.Uses[name]
		switch {
		case object == nil:
		case member(object):
			file.Uses[at] = -2
		case local(object):
			file.Uses[at] = fset.PositionFor(object.Pos(), false).Offset
		default:
			file.Uses[at] = -1
		}
		return true
	})
}

// member reports whether the object is found through a value or a label, never by its name in a scope.
func member(object types.Object) bool {
	switch object := object.(type) {
	case *types.Var:
		return object.IsField()
	case *types.Func:
		return object.Signature().Recv() != nil
	case *types.Label:
		return true
	}
	return false
}

// endings gives every function a result and sees which bodies then lack a return.
func endings(path string, names []string) {
	syntax := parse(names)
	for i, file := range syntax {
		ast.Inspect(file, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.FuncDecl:
				demand(files[names[i]], node.Type, node.Body)
			case *ast.FuncLit:
				demand(files[names[i]], node.Type, node.Body)
			}
			return true
		})
	}
	config := types.Config{Importer: imp, Error: func(err error) {
		if fault, ok := err.(types.Error); ok && strings.Contains(fault.Msg, "missing return") {
			at := fset.PositionFor(fault.Pos, false)
			files[at.Filename].Endings[at.Offset] = false
		}
	}}
	config.Check(path, fset, syntax, nil)
}

func demand(file *File, function *ast.FuncType, body *ast.BlockStmt) {
	if body == nil {
		return
	}
	file.Endings[fset.PositionFor(body.Rbrace, false).Offset] = true
	if function.Results == nil || len(function.Results.List) == 0 {
		function.Results = &ast.FieldList{List: []*ast.Field{{Type: ast.NewIdent("int")}}}
	}
}
