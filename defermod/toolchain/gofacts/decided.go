package main

import (
	"go/ast"
	"go/build"
	"go/constant"
	"go/token"
	"go/types"
	"io"
	"path/filepath"
	"strings"
)

// A decidedFact is a condition that has the same value whenever it is evaluated, in every build.
type decidedFact struct {
	Span  [2]int `json:"span"`
	Value bool   `json:"value"`
}

// condition notes the condition of an if or for statement if it is decided.
func (d *describer) condition(cond ast.Expr) {
	if cond == nil {
		return
	}
	if value, known := d.truth(cond); known {
		d.file.Decided = append(d.file.Decided, decidedFact{d.span(cond), value})
	}
}

// truth is the value of a condition, if that is the same in every build.
func (d *describer) truth(e ast.Expr) (value, known bool) {
	switch e := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			value, known = d.truth(e.X)
			return !value, known
		}
	case *ast.BinaryExpr:
		if e.Op == token.LAND || e.Op == token.LOR {
			decides := e.Op == token.LOR // the operand that settles it alone
			left, leftKnown := d.truth(e.X)
			right, rightKnown := d.truth(e.Y)
			if leftKnown && left == decides || rightKnown && right == decides {
				return decides, true
			}
			return !decides, leftKnown && rightKnown
		}
	}
	tv := d.info.Types[e]
	if tv.Value == nil || tv.Value.Kind() != constant.Bool || !d.sameInEveryBuild(e) {
		return false, false
	}
	return constant.BoolVal(tv.Value), true
}

// sameInEveryBuild reports whether a constant expression is made of literals and of
// constants that this package declares so, in files that no build constraint leaves out.
// Conversions don't count: the size of an int is the platform's.
func (d *describer) sameInEveryBuild(e ast.Expr) bool {
	if d.constants == nil {
		d.constants = make(map[types.Object]ast.Expr)
		for i, f := range d.files {
			if !constrained(d.names[i], f) {
				d.collectConstants(f)
			}
		}
	}
	same := true
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr, *ast.SelectorExpr:
			same = false
		case *ast.Ident:
			o := d.info.Uses[n]
			if o == nil || o.Parent() == types.Universe {
				return true
			}
			value, ok := d.constants[o]
			if !ok {
				same = false
				return false
			}
			same = same && d.sameInEveryBuild(value)
		}
		return same
	})
	return same
}

// collectConstants notes the expression that gives each constant of a file its value.
func (d *describer) collectConstants(f *ast.File) {
	ast.Inspect(f, func(n ast.Node) bool {
		decl, ok := n.(*ast.GenDecl)
		if !ok || decl.Tok != token.CONST {
			return true
		}
		var values []ast.Expr
		for _, s := range decl.Specs {
			spec := s.(*ast.ValueSpec)
			if len(spec.Values) > 0 {
				values = spec.Values
			}
			for i, name := range spec.Names {
				if o := d.info.Defs[name]; o != nil && i < len(values) {
					d.constants[o] = values[i]
				}
			}
		}
		return false
	})
}

// constrained reports whether there are builds that leave a file out.
func constrained(name string, f *ast.File) bool {
	for _, group := range f.Comments {
		for _, c := range group.List {
			if c.Pos() < f.Package && (strings.HasPrefix(c.Text, "//go:build") || strings.HasPrefix(c.Text, "// +build")) {
				return true
			}
		}
	}
	// No system is called so: only names that mean one don't match.
	none := build.Default
	none.GOOS, none.GOARCH = "none", "none"
	none.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("package p\n")), nil }
	matches, err := none.MatchFile(filepath.Split(name))
	return err != nil || !matches
}
