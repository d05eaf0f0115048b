package main

import "fmt"

type stream struct {
	name   string
	closed bool
}

type reader interface{ read() }

func open(name string) *stream {
	fmt.Println("open", name)
	return &stream{name: name}
}

func (s *stream) read() { fmt.Println("read", s.name, s.closed) }

func (s *stream) Close() {
	s.closed = true
	fmt.Println("~ close", s.name)
}

func readBackwards(names ...string) {
	var all []reader
	for _, name := range names {
		s := open(name)
		defer s.Close()
		var r reader = s
		if name == "" {
			continue
		}
		all = append([]reader{r}, all...)
	}
	for _, r := range all {
		r.read()
	}
}

func main() {
	readBackwards("a", "", "b")
}
