package main

import (
	"fmt"
	"log"
	"os"
	"syscall"
)

type store struct{ name string }

func (s *store) flush() { fmt.Println("~ flush", s.name) }

func (s *store) save(to string) { fmt.Println("~ save", s.name, to) }

func check(err error) {
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Println(err)
	quit()
}

func quit() { os.Exit(7) }

// Formatted, and with a line's end.
func formatted(s *store) {
	defer s.flush()
	if s.name == "" {
		log.Printf("no name: %q", s.name)
		s.flush()
		os.Exit(1)
	}
	if s.name == "a" {
		log.Println("a", s.name)
		s.flush()
		os.Exit(1)
	}
}

// A logger of its own.
func logger(l *log.Logger, s *store) {
	defer s.flush()
	if s.name == "" {
		l.Print("no name")
		s.flush()
		os.Exit(1)
	}
}

// The end comes two calls down.
func twoDown(s *store, err error) {
	defer s.flush()
	if err != nil {
		s.flush()
		fail(err)
	}
}

// In a switch, and in its default.
func inSwitch(s *store, n int) {
	defer s.flush()
	switch n {
	case 1:
		s.flush()
		os.Exit(1)
	default:
		s.flush()
		os.Exit(n)
	}
}

// A variable's value, and one that is computed.
func codes(s *store, code int) {
	defer s.save("disk")
	if code > 100 {
		s.save("disk")
		os.Exit(code)
	}
	if code > 10 {
		status := min(code, 99)
		s.save("disk")
		os.Exit(status)
	}
}

// Those that were passed until then, and no more.
func soFar(s, t *store) {
	defer s.flush()
	if s.name == "" {
		s.flush()
		os.Exit(1)
	}
	defer t.flush()
	if t.name == "" {
		t.flush()
		s.flush()
		os.Exit(2)
	}
}

// By the system call.
func system(s *store) {
	defer s.flush()
	if s.name == "" {
		s.flush()
		syscall.Exit(1)
	}
}

// Of a goroutine, which has its own.
func goroutine(s *store, done chan bool) {
	defer s.flush()
	go func() {
		defer s.save("there")
		if s.name == "" {
			s.save("there")
			os.Exit(1)
		}
		done <- true
	}()
	<-done
}

// In a loop that the defer stands above.
func inLoop(s *store, names []string) {
	defer s.flush()
	for _, name := range names {
		if name == "" {
			s.flush()
			os.Exit(1)
		}
	}
}

// A function that was given.
func given(cleanup func()) {
	defer cleanup()
	if len(os.Args) > 5 {
		cleanup()
		os.Exit(1)
	}
}

// A literal that sends.
func sends(c chan int) {
	defer func() { c <- 1 }()
	if len(os.Args) > 5 {
		c <- 1
		os.Exit(1)
	}
}

func main() {
	s, t := &store{"s"}, &store{"t"}
	formatted(s)
	logger(log.Default(), s)
	twoDown(s, nil)
	codes(s, 1)
	soFar(s, t)
	system(s)
	goroutine(s, make(chan bool, 1))
	inLoop(s, []string{"x"})
	given(func() { fmt.Println("~ cleanup") })
	sends(make(chan int, 1))
	check(nil)
	inSwitch(s, 4)
}
