package main

import "fmt"

type gate struct {
	n    int
	open bool
}

func raise(n int) *gate {
	fmt.Println("raise", n)
	return &gate{n, true}
}

func (g *gate) Close() {
	g.open = false
	fmt.Println("~ lower", g.n)
}

func pass(_ string, n int) (_ int, ok bool) {
	for i := range n {
		if done, n := func() (bool, int) {
			g := raise(i)
			defer g.Close()
			if i == 2 {
				return true, g.n * 100
			}
			fmt.Println("passed", i, g.open)
			return false, 0
		}(); done {
			return n, true
		}
	}
	return n, ok
}

func main() {
	fmt.Println(pass("car", 2))
	fmt.Println(pass("truck", 5))
}
