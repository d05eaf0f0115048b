package main

import "fmt"

func bye(n int) { fmt.Println("~ bye", n) }

func work(f func() int) {
	defer bye(0)
	defer bye(1)
	defer bye(2)
	defer bye(3)
	defer bye(4)
	defer bye(5)
	defer bye(6)
	defer bye(7)
	func() {
		defer bye(8)
		fmt.Println(f())
		// the end
	}()
}

func main() {
	work(func() int { return 1 })
}
