package main

import "fmt"

type list []int

func (l list) norm() list { return l[:1] }

type stack struct{ depth int }

func (s *stack) save() int {
	s.depth++
	return s.depth
}

func (s *stack) restore(n int) { fmt.Println("~ restore", n) }

func work(s *stack, in list) (q, r list) {
	saved := s.save()
	q = in.norm()
	r = q.norm()
	if len(in) == 2 {
		s.restore(saved)
		return in, r
	}
	s.restore(saved)
	return q, r
}

func main() {
	s := &stack{}
	fmt.Println(work(s, list{1, 2}))
	fmt.Println(work(s, list{1, 2, 3}))
}
