package main

import "fmt"

func bye() { fmt.Println("~ bye") }

func work(n int) int {
	for {
		n++
		if n > 3 {
			bye()
			return n
		}
	}
}

func main() {
	fmt.Println(work(1))
}
