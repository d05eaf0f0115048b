package main

import "fmt"

type span struct{ from, to int }

func (s span) end() { fmt.Println("~ span", s.from, s.to) }

func work(to int) int {
	s := span{1, 2}
	end := s.end
	s.to = to
	end()
	return s.to
}

func main() {
	fmt.Println(work(7))
}
