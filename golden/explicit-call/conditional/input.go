package main

import "fmt"

func bye() { fmt.Println("~ bye") }

func work(n int) int {
	if n > 0 {
		defer bye()
	}
	return n
}

func main() {
	fmt.Println(work(0))
	fmt.Println(work(1))
}
