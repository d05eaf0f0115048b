package stateforcommand

import (
	"fmt"
	"testing"
)

type state struct{ plugins map[string]bool }

func (s *state) add(name string) (undo func()) {
	s.plugins[name] = true
	return func() { delete(s.plugins, name) }
}

func dump(s *state) string { return fmt.Sprint(len(s.plugins)) }

func TestDump(t *testing.T) {
	s := &state{plugins: map[string]bool{}}
	for _, name := range []string{"a/b", "c-*"} {
		undo := s.add(name)
		defer undo()
	}
	if got := dump(s); got != "2" {
		t.Error(got)
	}
}
