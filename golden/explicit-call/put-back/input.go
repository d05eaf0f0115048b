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
	defer setLevel(setLevel(n))
	return level * 10
}

func main() {
	fmt.Println(work(2), level)
}
