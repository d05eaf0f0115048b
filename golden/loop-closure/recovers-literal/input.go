package main

import "fmt"

type rule struct{ name string }

func (r *rule) apply(n int) {
	if n < 0 {
		panic(r.name + " does not apply")
	}
	fmt.Println("applied", r.name)
}

func applyAll(n int, names ...string) {
	for _, name := range names {
		r := &rule{name}
		defer func() {
			if v := recover(); v != nil {
				fmt.Println("recovered:", v)
			}
		}()
		r.apply(n)
	}
	fmt.Println("all applied")
}

func main() {
	applyAll(1, "a", "b")
	applyAll(-1, "a", "b")
}
