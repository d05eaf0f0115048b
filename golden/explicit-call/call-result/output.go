package main

import "fmt"

func leave(name string) { fmt.Println("~ leave", name) }

func double(n int) int {
	fmt.Println("double", n)
	return 2 * n
}

func work(n int) int {
	if n > 2 {
		count := double(n) + 1
		leave("work")
		return count
	}
	leave("work")
	return n + 1
}

func main() {
	fmt.Println(work(1))
	fmt.Println(work(3))
}
