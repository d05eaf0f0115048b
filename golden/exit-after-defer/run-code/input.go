package main

import (
	"fmt"
	"log"
	"os"
)

type store struct{ name string }

func (s *store) flush() { fmt.Println("~ flush", s.name) }

// The name is taken.
func run(s *store) int {
	fmt.Println("run", s.name)
	return 3
}

func main() {
	log.SetFlags(0)
	log.SetOutput(os.Stdout)
	if len(os.Args) > 9 {
		os.Exit(2)
	}
	s := &store{"s"}
	if len(os.Args) > 1 {
		defer s.flush()
	}
	t := &store{"t"}
	defer func() {
		if e := recover(); e != nil {
			fmt.Println(e)
		}
		t.flush()
	}()
	if s.name == "" {
		log.Println("no name")
		os.Exit(1)
	}
	if s.name == "t" {
		log.Fatal("wrong ", s.name)
	}
	switch code := run(s); code {
	case 0:
		return
	default:
		os.Exit(code)
	}
}
