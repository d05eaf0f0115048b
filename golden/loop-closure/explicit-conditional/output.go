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

func total(names ...string) int {
	sum := 0
	for _, name := range names {
		func() {
			f := open(name)
			if name != "" {
				defer f.Close()
			}
			sum += f.size()
		}()
	}
	return sum
}

func main() {
	fmt.Println(total("a", "", "b"))
}
