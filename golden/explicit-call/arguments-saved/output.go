package main

import "fmt"

var level = 1

func report(s string, n, l int) { fmt.Println("~ report", s, n, l) }

func work(s string, n int) int {
	origS := s
	origLevel := level
	s += "?"
	level++
	if n > 1 {
		report(origS, n, origLevel)
		return len(s)
	}
	count := level
	report(origS, n, origLevel)
	return count
}

func main() {
	fmt.Println(work("a", 1))
	fmt.Println(work("bc", 2))
}
