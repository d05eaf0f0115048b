package main

import "fmt"

type slot struct {
	n      int
	closed bool
}

func open(n int) *slot {
	fmt.Println("open", n)
	return &slot{n: n}
}

func (s *slot) Close() {
	s.closed = true
	fmt.Println("~ close", s.n)
}

func fill(n int) {
	table := make([]*slot, n)
	for i := range n {
		s := open(i)
		defer s.Close()
		copy(table[i:], []*slot{s})
	}
	for _, s := range table {
		fmt.Println("use", s.n, s.closed)
	}
}

func main() {
	fill(2)
}
