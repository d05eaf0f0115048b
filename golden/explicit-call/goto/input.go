package main

import "fmt"

func bye() { fmt.Println("~ bye") }

func work(n int) int {
	defer bye()
	if n > 2 {
		goto out
	}
	n *= 10
out:
	return n
}

func main() {
	fmt.Println(work(1))
	fmt.Println(work(3))
}
