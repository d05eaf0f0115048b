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

func first(names ...string) int {
	for i := 0; ; i++ {
		f := open(names[i])
		if f.size() < 2 {
			f.Close()
			continue
		}
		fmt.Println("long enough")
		f.Close()
		return i
	}
}

func main() {
	fmt.Println(first("a", "bb", "c"))
}
