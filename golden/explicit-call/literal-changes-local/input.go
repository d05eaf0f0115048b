package main

import "fmt"

func work(n int) int {
	total := n
	defer func() {
		total = -1
		fmt.Println("~ total", total)
	}()
	total *= 2
	return total
}

func main() {
	fmt.Println(work(4))
}
