package main

import "fmt"

func bye() { fmt.Println("~ bye") }

func work(n int) int {
	switch n {
	case 0:
		bye()
		return 1
	case 1:
		bye()
		return 2
	}
	panic("never")
}

func main() {
	fmt.Println(work(0))
	fmt.Println(work(1))
}
