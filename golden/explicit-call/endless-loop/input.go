package main

import "fmt"

func bye() { fmt.Println("~ bye") }

func work(n int) int {
	defer bye()
	for {
		n++
		if n > 3 {
			return n
		}
	}
}

func main() {
	fmt.Println(work(1))
}
