package main

import "fmt"

func trace(name string) func() {
	fmt.Println("enter", name)
	return func() { fmt.Println("~ exit", name) }
}

func work(n int) int {
	done := trace("work")
	if n == 0 {
		done()
		return 0
	}
	done()
	return n * n
}

func main() {
	fmt.Println(work(0))
	fmt.Println(work(3))
}
