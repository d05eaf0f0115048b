package main

import (
	"go/ast"
	"strings"
	"testing"
)

// TestFamily compares what the smaller rules are told of each call with the comment at the end of its
// line: empty if nothing, and of several calls in a line what is told of any.
func TestFamily(t *testing.T) {
	const name = "testdata/family.go.txt"
	u, text := loadTestdata(t, name)
	sums := newSummaries(u)
	summarize(u, sums)
	d := &describer{unit: u, sums: sums, h: newHolder(u), file: &fileReport{}}
	said := make(map[int][]string)
	ast.Inspect(u.files[0], func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			line := u.fset.Position(call.Rparen).Line
			if words := d.traitWords(call); len(words) > 0 && len(said[line]) == 0 {
				said[line] = words
			}
		}
		return true
	})
	for i, line := range strings.Split(string(text), "\n") {
		code, want, asked := strings.Cut(line, "//")
		if got := strings.Join(said[i+1], " "); asked && strings.Contains(code, "(") && got != strings.TrimSpace(want) {
			t.Errorf("%s:%d: %s: said %q", name, i+1, strings.TrimSpace(line), got)
		}
	}
}
