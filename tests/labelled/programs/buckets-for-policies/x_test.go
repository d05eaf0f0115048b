package bucketsforpolicies

import (
	"errors"
	"fmt"
	"testing"
)

type store struct{ names map[string]bool }

func (s *store) make(n string) error {
	if s.names[n] {
		return errors.New("exists")
	}
	s.names[n] = true
	return nil
}

func (s *store) remove(n string) { delete(s.names, n) }

func TestPolicies(t *testing.T) {
	s := &store{names: map[string]bool{}}
	for i := range 3 {
		if err := s.make(fmt.Sprint("b", i)); err != nil {
			t.Fatal(err)
		}
		defer func(i int) {
			s.remove(fmt.Sprint("b", i))
		}(i)
	}
	if !s.names["b1"] || len(s.names) != 3 {
		t.Error(s.names)
	}
}
