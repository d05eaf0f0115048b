package main

import "fmt"

type arena struct {
	id    int
	freed bool
}

func (a *arena) init(id int) {
	a.id = id
	fmt.Println("init", id)
}

func (a *arena) Free() {
	a.freed = true
	fmt.Println("~ free", a.id)
}

func allocate(n int) {
	var arenas []*arena
	for id := range n {
		var a arena
		a.init(id)
		defer a.Free()
		arenas = append(arenas, &a)
	}
	for _, a := range arenas {
		fmt.Println("use", a.id, a.freed)
	}
}

func main() {
	allocate(2)
}
