package main

import "fmt"

type span struct {
	name   string
	closed bool
}

func begin(name string) *span {
	fmt.Println("begin", name)
	return &span{name: name}
}

func (s *span) Close(note string, n int) {
	s.closed = true
	fmt.Println("~ close", s.name, note, n)
}

func traceAll(names ...string) {
	note := "first"
	for i, name := range names {
		func() {
			s := begin(name)
			n := i * 10
			defer s.Close(note, n)
			n++
			note = "after " + name
			s = begin(name + "'")
			fmt.Println("inside", s.name, s.closed, n, note)
		}()
	}
}

func main() {
	traceAll("a", "b")
}
