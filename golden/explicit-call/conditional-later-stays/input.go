package main

import "fmt"

func bye(s string) { fmt.Println("~ bye", s) }

func work(n int) int {
	defer bye("always")
	if n > 0 {
		defer bye("positive")
	}
	return n
}

func main() {
	fmt.Println(work(0))
	fmt.Println(work(1))
}
