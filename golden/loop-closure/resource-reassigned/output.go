package main

import "fmt"

type version struct {
	n      int
	closed bool
}

func open(n int) *version {
	fmt.Println("open", n)
	return &version{n: n}
}

func (v *version) next() *version {
	fmt.Println("next of", v.n, v.closed)
	return open(v.n + 1)
}

func (v *version) Close() {
	v.closed = true
	fmt.Println("~ close", v.n)
}

func walk(from ...int) {
	for _, n := range from {
		func() {
			v := open(n)
			defer v.Close()
			v = v.next()
			defer v.Close()
			fmt.Println("at", v.n, v.closed)
		}()
	}
}

func main() {
	walk(1, 10)
}
