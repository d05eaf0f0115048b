package main

import "fmt"

type guard struct{ hit bool }

func (g *guard) done() {
	if r := recover(); r != nil {
		g.hit = true
	}
}

func work(g *guard, n int) int {
	defer g.done()
	if n > 0 {
		panic(n)
	}
	return n
}

func main() {
	var g guard
	fmt.Println(work(&g, 0), g.hit)
	fmt.Println(work(&g, 1), g.hit)
}
