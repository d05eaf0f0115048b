package main

import "fmt"

var level int

func setLevel(n int) int {
	old := level
	level = n
	fmt.Println("set", n)
	return old
}

func work(n int) int {
	prev := setLevel(n)
	count := level * 10
	setLevel(prev)
	return count
}

func main() {
	fmt.Println(work(2), level)
}
