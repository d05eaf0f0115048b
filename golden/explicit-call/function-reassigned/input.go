package main

import "fmt"

func work(n int) int {
	done := func() { fmt.Println("~ first") }
	defer done()
	if n > 0 {
		done = func() { fmt.Println("~ second") }
	}
	done()
	return n
}

func main() {
	fmt.Println(work(0))
	fmt.Println(work(1))
}
