package main

import "fmt"

type span struct{ from, to int }

func (s span) end() { fmt.Println("~ span", s.from, s.to) }

type job struct {
	span
	name string
}

func (j *job) run(to int) int {
	defer j.end()
	j.to = to
	return j.to
}

func main() {
	fmt.Println((&job{span{1, 2}, "a"}).run(7))
}
