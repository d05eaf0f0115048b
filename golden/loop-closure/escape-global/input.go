package main

import "fmt"

type theme struct {
	name   string
	closed bool
}

var current *theme

func load(name string) *theme {
	fmt.Println("load", name)
	return &theme{name: name}
}

func (t *theme) Close() {
	t.closed = true
	fmt.Println("~ unload", t.name)
}

func paint(what string) { fmt.Println("paint", what, current.name, current.closed) }

func preview(names ...string) {
	for _, name := range names {
		t := load(name)
		defer t.Close()
		current = t
	}
	paint("window")
}

func main() {
	preview("dark", "light")
}
