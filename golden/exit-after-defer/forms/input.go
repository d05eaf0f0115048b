package main

import (
	"fmt"
	"os"
	"sync"
)

type store struct{ name string }

func (s *store) flush() { fmt.Println("~ flush", s.name) }

func die(args ...any) {
	fmt.Println(args...)
	os.Exit(3)
}

func run() int {
	fmt.Println("run")
	return 4
}

var mu sync.Mutex

func computed() {
	s, t := &store{"s"}, &store{"t"}
	defer s.flush()
	mu.Lock()
	defer mu.Unlock()
	defer t.flush()
	os.Exit(run())
}

func helper(s *store, how int) {
	defer s.flush()
	if how == 1 {
		die("helper")
	}
	if how == 2 {
		os.Exit(5) // at once
	}
}

func literals(s *store) {
	defer func() { s.flush() }()
	defer func() {
		if s != nil {
			s.flush()
		}
	}()
	die("literals")
}

func inLiteral(s *store) {
	func() {
		defer s.flush()
		die("in literal")
	}()
}

func main() {
	s := &store{"s"}
	switch len(os.Args) {
	case 2:
		helper(s, 1)
		literals(s)
		inLiteral(s)
	}
	computed()
}
