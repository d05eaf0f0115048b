package main

import (
	"fmt"
	"log"
	"os"
	"runtime"
)

type store struct{ name string }

func (s *store) flush() { fmt.Println("flush", s.name) }

// The literal's argument was evaluated where it stands.
func argument(s *store, n int) {
	defer func(n int) { fmt.Println("end", n) }(n)
	n++
	if n < 0 {
		os.Exit(1)
	}
	s.flush()
}

// It is there for panics.
func recovers(s *store) {
	defer func() {
		if e := recover(); e != nil {
			fmt.Println(e)
		}
		s.flush()
	}()
	if s.name == "" {
		os.Exit(1)
	}
}

// os is something else here.
func hidden(s *store) {
	os := s.name
	defer s.flush()
	if os == "" {
		log.Fatal("no name")
	}
}

// More stands on the line.
func oneLine(s *store) {
	defer s.flush()
	if s.name == "" { fmt.Println("no name"); os.Exit(1) }
}

// What the receiver is may be another then.
func field(all struct{ s *store }) {
	defer all.s.flush()
	all.s = &store{"other"}
	if all.s.name == "" {
		os.Exit(1)
	}
}

// These run the deferred calls.
func ends(s *store, how int) {
	defer s.flush()
	switch how {
	case 1:
		runtime.Goexit()
	case 2:
		log.Panic("panics")
	}
}

// This one may come back.
func perhaps(s *store, code int) {
	defer s.flush()
	mayExit(code)
}

func mayExit(code int) {
	if code > 0 {
		os.Exit(code)
	}
}

// Nothing is pending any more.
func after(s *store) {
	func() {
		defer s.flush()
	}()
	if s.name == "" {
		os.Exit(1)
	}
}

// The exit is deferred itself, first in, last out.
func deferred(s *store) {
	defer os.Exit(0)
	defer s.flush()
}

// Gone with the process, like everything that is only the process's.
func process(c chan int, icancel func()) {
	defer close(c)
	defer icancel()
	defer os.Unsetenv("NAME")
	if c == nil {
		os.Exit(1)
	}
}

// It shows how to use the store.
func ExampleStore() {
	s := &store{"s"}
	defer s.flush()
	if s.name == "" {
		log.Fatal("no name")
	}
}

func main() {
	process(make(chan int), func() {})
	ExampleStore()
	s := &store{"s"}
	argument(s, 1)
	recovers(s)
	hidden(s)
	oneLine(s)
	field(struct{ s *store }{s})
	ends(s, 0)
	perhaps(s, 0)
	after(s)
	deferred(s)
}
