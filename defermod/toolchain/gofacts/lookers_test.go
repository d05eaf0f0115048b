package main

import "testing"

// TestLookersOfTheModule: what looks at the stack in a package of the module counts, in other modules it does not.
func TestLookersOfTheModule(t *testing.T) {
	u, _ := loadTestdata(t, "testdata/signatures.go.txt")
	u.module = "example.org/m"
	s := newSummaries(u)
	s.read([]byte("lookers example.org/m/sub\t()()|.Note(string)(int)\nlookers example.org/more\t(int)()\n"))
	all := s.lookersOf().all
	if !all["()()"] || !all[".Note(string)(int)"] || all["(int)()"] || len(all) != 2 {
		t.Error(all)
	}
}
