package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
)

// TestDecided compares the value of each condition with the comment at the end of its line: empty if it has none.
func TestDecided(t *testing.T) {
	const name = "testdata/decided.go.txt"
	u, text := loadTestdata(t, name)
	u.names = []string{"decided.go"} // as no build leaves a file out for its name then
	d := &describer{unit: u, h: newHolder(u), file: &fileReport{}}
	said := make(map[int]string)
	ast.Inspect(u.files[0], func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IfStmt:
			d.condition(n.Cond)
		case *ast.ForStmt:
			d.condition(n.Cond)
		}
		return true
	})
	for _, fact := range d.file.Decided {
		said[1+strings.Count(string(text[:fact.Span[0]]), "\n")] = strconv.FormatBool(fact.Value)
	}
	for i, line := range strings.Split(string(text), "\n") {
		_, want, asked := strings.Cut(line, "//")
		if got := said[i+1]; asked && got != strings.TrimSpace(want) {
			t.Errorf("%s:%d: %s: said %q", name, i+1, strings.TrimSpace(line), got)
		}
	}
}

func TestConstrained(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"debug.go", "package p", false},
		{"some_debug.go", "// Package p.\npackage p", false},
		{"debug_test.go", "package p", false},
		{"debug_windows.go", "package p", true},
		{"debug_linux_amd64.go", "package p", true},
		{"debug_arm64_test.go", "package p", true},
		{"debug.go", "//go:build !debug\n\npackage p", true},
		{"debug.go", "// +build debug\n\npackage p", true},
		{"debug.go", "package p\n\n//go:build is what a comment may say", false},
	} {
		f, err := parser.ParseFile(token.NewFileSet(), c.name, c.text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if got := constrained("/some/where/"+c.name, f); got != c.want {
			t.Errorf("%s: %q: %v", c.name, c.text, got)
		}
	}
}
