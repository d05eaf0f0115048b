package main

import "fmt"

type guard struct{ n int }

func enter(n int) *guard {
	fmt.Println("enter", n)
	return &guard{n}
}

func (g *guard) Leave() { fmt.Println("~ leave", g.n) }

func inside(n int) int {
	left := 0
	for i := range n {
		g := enter(i)
		defer func() {
			left++
			g.Leave()
		}()
		fmt.Println("inside", g.n, left)
	}
	return n - left
}

func main() {
	fmt.Println(inside(3))
}
