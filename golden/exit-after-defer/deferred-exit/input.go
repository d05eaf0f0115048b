package main

import (
	"fmt"
	"os"
)

type store struct{ name string }

func (s *store) flush() { fmt.Println("~ flush", s.name) }

// A deferred call says how the program ends: main must not go on after it.
func main() {
	s, code := &store{"s"}, 0
	defer func() { os.Exit(code) }()
	defer s.flush()
	if len(os.Args) > 9 {
		os.Exit(1)
	}
	if s.name == "s" {
		os.Exit(2)
	}
	code = 4
}
