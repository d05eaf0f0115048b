package main

import "fmt"

func work(n int) int {
	origN := n
	cleanup := func(was int) {
		fmt.Println("~ was", was, "is", n)
	}
	n *= 2
	if n > 10 {
		cleanup(origN)
		return 0
	}
	cleanup(origN)
	return n
}

func main() {
	fmt.Println(work(2))
	fmt.Println(work(20))
}
