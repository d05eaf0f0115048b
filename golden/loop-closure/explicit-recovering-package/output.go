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

func total(names ...string) (sum int) {
	for i, name := range names {
		func() {
			f := open(name)
			defer f.Close()
			sum += f.size() / i
		}()
	}
	return sum
}

func try(names ...string) {
	defer func() { fmt.Println("recovered", recover() != nil) }()
	fmt.Println(total(names...))
}

func main() {
	try("a", "b")
	try()
}
