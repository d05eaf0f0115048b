package main

import "fmt"

// fixture imitates the part of testing.T that runs functions at the end.
type fixture struct {
	cleanups []func()
}

func (f *fixture) Cleanup(fn func()) { f.cleanups = append(f.cleanups, fn) }

func (f *fixture) finish() {
	for i := len(f.cleanups) - 1; i >= 0; i-- {
		f.cleanups[i]()
	}
}

type server struct {
	name string
	down bool
}

func start(name string) *server {
	fmt.Println("start", name)
	return &server{name: name}
}

func (s *server) log(text string) { fmt.Println("log", s.name, text, s.down) }

func (s *server) Close() {
	s.down = true
	fmt.Println("~ down", s.name)
}

func testAll(names ...string) {
	t := new(fixture)
	defer t.finish()
	for _, name := range names {
		s := start(name)
		defer s.Close()
		t.Cleanup(func() { s.log("cleanup") })
		s.log("tested")
	}
}

func main() {
	testAll("a", "b")
}
