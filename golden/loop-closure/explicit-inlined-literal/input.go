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

func closeAll(names ...string) {
	for i, name := range names {
		f := open(name)
		defer func() {
			if !f.closed {
				_ = f.Close()
			}
		}()
		if i == 1 {
			_ = f.Close()
			continue
		}
		fmt.Println("size", f.size())
	}
}

func main() {
	closeAll("a", "b", "c")
}
