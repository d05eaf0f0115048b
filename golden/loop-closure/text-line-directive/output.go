package main

import "fmt"

type state struct {
	n      int
	closed bool
}

func enter(n int) *state {
	fmt.Println("enter", n)
	return &state{n: n}
}

func (s *state) Close() {
	s.closed = true
	fmt.Println("~ leave", s.n)
}

func parse(n int) {
	for i := range n {
		func() {
			s := enter(i)
			defer s.Close()
//line grammar.y:100
			fmt.Println("rule", s.n, s.closed)
//line grammar.y:200
			fmt.Println("action", s.n, s.closed)
		}()
	}
}

func main() {
	parse(2)
}
