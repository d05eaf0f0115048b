package main

import (
	"fmt"
	"iter"
	"slices"
)

type sheet struct {
	name   string
	closed bool
}

func open(name string) *sheet {
	fmt.Println("open", name)
	return &sheet{name: name}
}

func (s *sheet) Close() {
	s.closed = true
	fmt.Println("~ close", s.name)
}

func sheets(names ...string) iter.Seq[*sheet] {
	return func(yield func(*sheet) bool) {
		for _, name := range names {
			s := open(name)
			defer s.Close()
			if !yield(s) {
				return
			}
		}
	}
}

func main() {
	var previous *sheet
	for s := range sheets("a", "b") {
		if previous != nil {
			fmt.Println("compare", previous.name, previous.closed, s.name, s.closed)
		}
		previous = s
	}
	fmt.Println(len(slices.Collect(sheets("c"))))
}
