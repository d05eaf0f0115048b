package main

import "fmt"

func work(n int) int {
	defer func(was int) {
		fmt.Println("~ was", was, "is", n)
	}(n)
	n *= 2
	if n > 10 {
		return 0
	}
	return n
}

func main() {
	fmt.Println(work(2))
	fmt.Println(work(20))
}
