package main

import "fmt"

func bye() { fmt.Println("~ bye") }

func work(n int) int {
	defer bye()
	switch n {
	case 0:
		return 1
	case 1:
		return 2
	}
	panic("never")
}

func main() {
	fmt.Println(work(0))
	fmt.Println(work(1))
}
