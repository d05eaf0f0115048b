package main

import (
	"go/types"
	"sort"
	"strings"
	"testing"
)

// TestCaught compares the functions that a panic is caught around with those that are named so.
func TestCaught(t *testing.T) {
	u, _ := loadTestdata(t, "testdata/recovering.go.txt")
	sums := newSummaries(u)
	summarize(u, sums)
	var got, want []string
	for n := range recoverers(u, sums).caught {
		if fn, ok := n.(*types.Func); ok && fn.Type().(*types.Signature).Recv() == nil {
			got = append(got, fn.Name())
		}
	}
	for _, name := range u.pkg.Scope().Names() {
		if _, ok := u.pkg.Scope().Lookup(name).(*types.Func); ok && (strings.HasPrefix(name, "caught") || strings.HasPrefix(name, "recovers")) {
			want = append(want, name)
		}
	}
	sort.Strings(got)
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("caught are\n%s, want\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
