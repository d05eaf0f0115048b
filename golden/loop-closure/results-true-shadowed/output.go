package main

import "fmt"

type coin struct {
	n    int
	spun bool
}

func flip(n int) *coin {
	fmt.Println("flip", n)
	return &coin{n: n}
}

func (c *coin) heads() bool {
	fmt.Println("look", c.n, c.spun)
	return c.n%3 == 0
}

func (c *coin) Close() {
	c.spun = !c.spun
	fmt.Println("~ put away", c.n)
}

func untilHeads(first int) int {
	true, false := "heads", "tails"
	n := first
	for ; ; n++ {
		if stop := func() bool {
			c := flip(n)
			defer c.Close()
			if c.heads() {
				fmt.Println(true)
				return true
			}
			fmt.Println(false)
			return false
		}(); stop {
			break
		}
	}
	return n
}

func main() {
	fmt.Println(untilHeads(1))
	fmt.Println(untilHeads(6))
}
