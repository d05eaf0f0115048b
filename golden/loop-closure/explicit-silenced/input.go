package main

import (
	"fmt"
)

type file struct {
	name   string
	closed bool
}

func open(name string) *file {
	fmt.Println("open", name)
	return &file{name: name}
}

func (f *file) size() int {
	fmt.Println("size of", f.name, f.closed)
	return len(f.name)
}

func (f *file) Close() error {
	f.closed = true
	fmt.Println("~ close", f.name)
	return nil
}

func both(names ...string) {
	for _, name := range names {
		f := open(name)
		defer f.Close()
		g := open(name + "2")
		defer g.Close() //nolint:defermod
		fmt.Println(f.size() + g.size())
	}
}

func main() {
	both("a", "b")
}
