package main

import "fmt"

func main() {
	caught := func() { fmt.Println("caught", recover()) }
	work := func(n int) int {
		defer caught()
		if n > 0 {
			panic(n)
		}
		return n
	}
	fmt.Println(work(0))
	fmt.Println(work(1))
}
