package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"slices"
	"strings"
)

// A unit is a type-checked package.
type unit struct {
	fset  *token.FileSet
	files []*ast.File
	names []string // names[i] is the file that files[i] was read from
	sums  []string // sums[i] is the SHA-256 of its content
	pkg   *types.Package
	info  *types.Info
	// addressTaken are the fields whose address the package takes, see pointedTo.
	addressTaken map[*types.Var]bool
	oneTime      map[string]again // see calledAgain
	std          map[string]bool  // the packages of the standard library, by import path

	steady   map[*types.Var]bool           // see constantVars
	abroad   map[*types.Var]bool           // see assignsAbroad
	declared []declared                    // see functions
	openings map[*types.Func]opening       // see opens
	decls    map[*types.Func]*ast.FuncDecl // see declOf
	scopes   map[ast.Node]*scope           // see scopeOf
	held     *held                         // see heldBy
	values   *functionValues               // see ofOwnSignature
	module   string                        // the module's path, "" if it has none
	aliased  map[types.Type]bool           // see exportedAs
	used     map[[2]string]bool            // see uses

	sentinels map[*types.Var]bool        // see sentinel
	always    map[*types.Var]*types.Func // see alwaysCalls
	fits      map[*types.Func]bool       // see fitsLibrary
	locals    map[string]*types.TypeName // see localTypes
	shares    map[*types.Var]bool        // see poolShares

	methodical map[types.Type]bool                 // see hasOwnMethods
	keepers    map[ast.Decl]map[*ast.FuncLit]*kept // see keptBy
}

// standard reports whether a package is of the standard library, as the go command says.
func (u *unit) standard(pkg *types.Package) bool {
	return pkg == nil || u.std[pkg.Path()]
}

// loadUnit parses and type-checks a package with its dependencies' export data.
func loadUnit(cfg *config) (*unit, error) {
	u := &unit{fset: token.NewFileSet(), std: cfg.Standard, module: cfg.ModulePath}
	if cfg.Module != nil {
		u.module = cfg.Module.Path
	}
	if u.std == nil {
		u.std = make(map[string]bool)
	}
	if cfg.inStandardLibrary() {
		u.std[cleanPath(cfg.ImportPath)] = true
	}
	for _, name := range cfg.GoFiles {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		// Comments are needed: go:noescape is one.
		f, err := parser.ParseFile(u.fset, name, data, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(data)
		u.files = append(u.files, f)
		u.names = append(u.names, name)
		u.sums = append(u.sums, hex.EncodeToString(sum[:]))
	}
	u.info = newInfo()
	tc := &types.Config{
		Importer:  newImporter(cfg, u.fset),
		Sizes:     types.SizesFor("gc", build.Default.GOARCH),
		GoVersion: cfg.GoVersion,
	}
	var err error
	u.pkg, err = tc.Check(cleanPath(cfg.ImportPath), u.fset, u.files, u.info)
	return u, err
}

// inModule reports whether a package is of the module at hand.
func (u *unit) inModule(path string) bool {
	return u.module != "" && (path == u.module || strings.HasPrefix(path, u.module+"/"))
}

type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

func newImporter(cfg *config, fset *token.FileSet) types.Importer {
	lookup := func(path string) (io.ReadCloser, error) {
		file, ok := cfg.PackageFile[path]
		if !ok {
			return nil, fmt.Errorf("no export data for %q", path)
		}
		return os.Open(file)
	}
	gc := importer.ForCompiler(fset, cfg.Compiler, lookup)
	return importerFunc(func(path string) (*types.Package, error) {
		real, ok := cfg.ImportMap[path]
		if !ok {
			return nil, fmt.Errorf("can't resolve import %q", path)
		}
		return gc.Import(real)
	})
}

// offset is a position as a byte offset into the file as it was read;
// line directives do not count.
func (u *unit) offset(pos token.Pos) int {
	return u.fset.File(pos).Offset(pos)
}

// newInfo is what the type checker is to note.
func newInfo() *types.Info {
	return &types.Info{
		Types:        make(map[ast.Expr]types.TypeAndValue),
		Defs:         make(map[*ast.Ident]types.Object),
		Uses:         make(map[*ast.Ident]types.Object),
		Implicits:    make(map[ast.Node]types.Object),
		Instances:    make(map[*ast.Ident]types.Instance),
		Selections:   make(map[*ast.SelectorExpr]*types.Selection),
		FileVersions: make(map[*ast.File]string),
	}
}

// A declared is a function or method with a body that others can call.
type declared struct {
	name string // see funcName
	fn   *types.Func
	decl *ast.FuncDecl
}

// functions are those of the package, by name.
func (u *unit) functions() []declared {
	if u.declared == nil {
		for _, f := range u.files {
			for _, d := range f.Decls {
				decl, ok := d.(*ast.FuncDecl)
				if !ok || decl.Body == nil || decl.Name.Name == "_" || decl.Recv == nil && decl.Name.Name == "init" {
					continue
				}
				if fn, ok := u.info.Defs[decl.Name].(*types.Func); ok {
					u.declared = append(u.declared, declared{funcName(fn), fn, decl})
				}
			}
		}
		slices.SortStableFunc(u.declared, func(a, b declared) int { return strings.Compare(a.name, b.name) })
	}
	return u.declared
}

// declOf is the declaration of a function of the package, nil for others and for those
// without a body.
func (u *unit) declOf(fn *types.Func) *ast.FuncDecl {
	if u.decls == nil {
		u.decls = make(map[*types.Func]*ast.FuncDecl)
		for _, d := range u.functions() {
			u.decls[d.fn] = d.decl
		}
	}
	return u.decls[fn.Origin()]
}

// standardName reports whether a function, by its full name, is of the standard library.
func (u *unit) standardName(name string) bool {
	name = strings.TrimLeft(name, "(*")
	slash := max(0, strings.LastIndexByte(name, '/'))
	dot := strings.IndexByte(name[slash:], '.')
	return dot >= 0 && u.std[name[:slash+dot]]
}

// uses reports whether the package's files mention something that another package declares.
func (u *unit) uses(path, name string) bool {
	if u.used == nil {
		u.used = make(map[[2]string]bool)
		for _, o := range u.info.Uses {
			if o.Pkg() != nil {
				u.used[[2]string{o.Pkg().Path(), o.Name()}] = true
			}
		}
	}
	return u.used[[2]string{path, name}]
}
