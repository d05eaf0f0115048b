package main

import (
	"slices"
	"strings"
	"testing"
)

// TestOwnSignatures: which functions a value may be that has the signature of one, "" where that is not known.
func TestOwnSignatures(t *testing.T) {
	u, _ := loadTestdata(t, "testdata/signatures.go.txt")
	for name, want := range map[string]string{
		"lexText":  "lexInside lexText",
		"scanHead": "scanHead scanTail",
		"readJob":  "keepJob readJob",
		"calm":     "calm wild",
		"idle":     "", // a literal has its signature
		"neutral":  "", // a method value
		"byName":   "", // the library calls it
		"byItem":   "", // a function for all types does
		"byRow":    "", // a method of a type for all types does
		"keepPage": "", // reflection does
		"leave":    "", // other packages can write it
		"setHook":  "", // they can set a field
		"setAll":   "", // they can give one that is for all types
		"setList":  "", // it is one of many values
		"setTwo":   "", // it is returned as an interface's value, beside another
		"setNext":  "", // a loop makes it one
		"visitBy":  "", // callers of what calls it know which it is
		"words":    "", // its signature is nobody's own
	} {
		var names []string
		for _, f := range u.ofOwnSignature(u.pkg.Scope().Lookup(name).Type()) {
			names = append(names, f.fn.Name())
		}
		slices.Sort(names)
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
