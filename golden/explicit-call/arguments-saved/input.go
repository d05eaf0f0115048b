package main

import "fmt"

var level = 1

func report(s string, n, l int) { fmt.Println("~ report", s, n, l) }

func work(s string, n int) int {
	defer report(s, n, level)
	s += "?"
	level++
	if n > 1 {
		return len(s)
	}
	return level
}

func main() {
	fmt.Println(work("a", 1))
	fmt.Println(work("bc", 2))
}
