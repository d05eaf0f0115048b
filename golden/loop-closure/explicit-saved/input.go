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

type labelled struct{ *file }

func (l *labelled) Close(text string, n int) { fmt.Println("~ close", l.name, text, n) }

func mark(names ...string) (last string, err error) {
	text := "first"
	for i, name := range names {
		f := &labelled{open(name)}
		n := i * 10
		defer f.Close(text, n)
		n++
		text = "after " + name
		f = &labelled{open(name + "'")}
		if f.size() > 3 {
			return f.name, fmt.Errorf("long at %d", n)
		}
		last = f.name
	}
	return
}

func main() {
	fmt.Println(mark("a", "b"))
	fmt.Println(mark("a", "bcd", "e"))
}
