package main

import "fmt"

func bye(s string, i int) { fmt.Println("~ bye", s, i) }

func work(n int) int {
	defer bye("once", n)
	return func() int {
		for i := range n {
			defer bye("loop", i)
		}
		return n
	}()
}

func main() {
	fmt.Println(work(2))
}
