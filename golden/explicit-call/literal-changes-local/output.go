package main

import "fmt"

func work(n int) int {
	total := n
	total *= 2
	count := total
	total = -1
	fmt.Println("~ total", total)
	return count
}

func main() {
	fmt.Println(work(4))
}
