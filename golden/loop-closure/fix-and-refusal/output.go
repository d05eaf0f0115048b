package main

import "fmt"

type source struct {
	name   string
	closed bool
}

func open(name string) *source {
	fmt.Println("open", name)
	return &source{name: name}
}

func (s *source) check() { fmt.Println("check", s.name, s.closed) }

func (s *source) Close() {
	s.closed = true
	fmt.Println("~ close", s.name)
}

func checkAndMerge(names ...string) {
	for _, name := range names {
		func() {
			s := open(name)
			defer s.Close()
			s.check()
		}()
	}

	var all []*source
	for _, name := range names {
		s := open(name)
		defer s.Close()
		all = append(all, s)
	}
	for _, s := range all {
		s.check()
	}
}

func main() {
	checkAndMerge("a", "b")
}
