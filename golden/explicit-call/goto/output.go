package main

import "fmt"

func bye() { fmt.Println("~ bye") }

func work(n int) int {
	if n > 2 {
		goto out
	}
	n *= 10
out:
	bye()
	return n
}

func main() {
	fmt.Println(work(1))
	fmt.Println(work(3))
}
