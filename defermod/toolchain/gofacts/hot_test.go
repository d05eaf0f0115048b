package main

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"sort"
	"strings"
	"testing"
)

// TestHotFacts compares what is said about each function with a defer with the
// comments at the ends of its lines: "risk" where something may panic between the
// function's first defer and its end, "saves" at a defer that something has to be
// saved for, "held" at a return that gives what the deferred calls may change, "noisy" at
// a defer whose call may panic.
func TestHotFacts(t *testing.T) {
	for _, name := range []string{"testdata/everyday.go.txt", "testdata/panics.go.txt", "testdata/lasting.go.txt"} {
		t.Run(name, func(t *testing.T) { checkHotFacts(t, name) })
	}
}

func checkHotFacts(t *testing.T, name string) {
	u, text := loadTestdata(t, name)
	f := u.files[0]
	sums := newSummaries(u)
	for _, d := range f.Decls {
		if decl, ok := d.(*ast.FuncDecl); ok && decl.Body != nil {
			if fn, ok := u.info.Defs[decl.Name].(*types.Func); ok {
				sums.own[funcName(fn)] = &summary{}
			}
		}
	}
	calmDown(u, sums)
	d := &describer{unit: u, sums: sums, file: &fileReport{}}
	said := make(map[int]map[string]bool)
	note := func(offset int, word string) {
		line := 1 + strings.Count(string(text[:offset]), "\n")
		if said[line] == nil {
			said[line] = make(map[string]bool)
		}
		said[line][word] = true
	}
	for _, decl := range f.Decls {
		s := newScope(u, decl)
		d.hot(decl)
		for _, fn := range s.functions {
			ast.Inspect(fn, func(n ast.Node) bool {
				r, ok := n.(*ast.ReturnStmt)
				if !ok {
					return n == fn || !isLiteral(n)
				}
				for _, e := range r.Results {
					if hasDefer2(fn) && !s.stays(e, fn) {
						note(u.offset(r.Pos()), "held")
					}
				}
				return true
			})
		}
	}
	for _, fn := range d.file.Functions {
		first := fn.Defers[0].Span[0]
		for _, r := range fn.Risks {
			if r.Span[0] >= first {
				note(r.Span[0], "risk")
			}
		}
		for _, each := range fn.Defers {
			if !each.Quiet {
				note(each.Span[0], "noisy")
			}
			call := deferAt(u, f, each.Span[0])
			if len(each.Lasting) < 1+len(call.Args) {
				note(each.Span[0], "saves")
			}
		}
	}
	for i, line := range strings.Split(string(text), "\n") {
		_, wanted, _ := strings.Cut(line, "// ")
		var got []string
		for word := range said[i+1] {
			got = append(got, word)
		}
		want := strings.Fields(wanted)
		sort.Strings(got)
		sort.Strings(want)
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s:%d: %s: said %q, want %q", name, i+1, strings.TrimSpace(line), got, want)
		}
	}
}

// loadTestdata type-checks one file with nothing but the export data of what it imports.
// loadTestdata reads a table, which may import others.
func loadTestdata(t *testing.T, name string, others ...*unit) (u *unit, text []byte) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	u = &unit{fset: token.NewFileSet(), std: make(map[string]bool)}
	f, err := parser.ParseFile(u.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range f.Imports {
		u.std[strings.Trim(spec.Path.Value, `"`)] = true
	}
	beside := packagesBeside{exportData, make(map[string]*types.Package)}
	for _, other := range others {
		beside.known[other.pkg.Path()] = other.pkg
		delete(u.std, other.pkg.Path())
	}
	u.files, u.names, u.sums = []*ast.File{f}, []string{name}, []string{""}
	u.info = newInfo()
	tc := &types.Config{Importer: beside, Sizes: types.SizesFor("gc", "amd64"), GoVersion: "go1.24"}
	path := "p"
	if strings.Contains(name, "/beside/") {
		path = f.Name.Name
	}
	if u.pkg, err = tc.Check(path, u.fset, u.files, u.info); err != nil {
		if strings.Contains(err.Error(), "could not import") {
			t.Skip(err) // no Go beside this test to ask for export data
		}
		t.Fatal(err)
	}
	return u, text
}

// exportData imports packages of the standard library, each once for all tables.
var exportData = importer.Default()

// packagesBeside imports packages that were read before others.
type packagesBeside struct {
	types.Importer
	known map[string]*types.Package
}

func (p packagesBeside) Import(path string) (*types.Package, error) {
	if pkg := p.known[path]; pkg != nil {
		return pkg, nil
	}
	return p.Importer.Import(path)
}

// hasDefer2 reports whether a defer belongs to the function itself.
func hasDefer2(fn ast.Node) bool {
	found := false
	ast.Inspect(fn, func(n ast.Node) bool {
		if _, ok := n.(*ast.DeferStmt); ok {
			found = true
		}
		return n == fn || !isLiteral(n)
	})
	return found
}

func deferAt(u *unit, f *ast.File, offset int) *ast.CallExpr {
	var call *ast.CallExpr
	ast.Inspect(f, func(n ast.Node) bool {
		if d, ok := n.(*ast.DeferStmt); ok && u.offset(d.Pos()) == offset {
			call = d.Call
		}
		return true
	})
	return call
}
