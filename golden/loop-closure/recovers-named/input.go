package main

import "fmt"

type visitor struct {
	name   string
	closed bool
}

func (v *visitor) visit(n int) {
	if n == 0 {
		panic("nothing to visit for " + v.name)
	}
	fmt.Println("visited", v.name, n, v.closed)
}

func leave(v *visitor) {
	v.closed = true
	if r := recover(); r != nil {
		fmt.Println("left early:", r)
		return
	}
	fmt.Println("~ leave", v.name)
}

func visitAll(numbers ...int) {
	for i, n := range numbers {
		v := &visitor{name: fmt.Sprint("v", i)}
		defer leave(v)
		v.visit(n)
	}
	fmt.Println("all visited")
}

func main() {
	visitAll(1, 2)
	visitAll(1, 0, 2)
}
