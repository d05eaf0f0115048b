package main

import (
	"fmt"
	"os"
)

type store struct{ name string }

func (s *store) flush() { fmt.Println("~ flush", s.name) }

// It says something else than package log, and ends the program.
func fail(err any) {
	fmt.Println(err)
	os.Exit(3)
}

func main() {
	s := &store{"s"}
	if len(os.Args) > 0 {
		defer s.flush()
	}
	if len(os.Args) > 9 {
		os.Exit(1)
	}
	fail("the end")
}
