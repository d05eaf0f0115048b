package main

import "fmt"

type span struct{ from, to int }

func (s span) end() { fmt.Println("~ span", s.from, s.to) }

type job struct {
	span
	name string
}

func (j *job) run(to int) int {
	end := j.end
	j.to = to
	n := j.to
	end()
	return n
}

func main() {
	fmt.Println((&job{span{1, 2}, "a"}).run(7))
}
