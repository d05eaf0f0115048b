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

func total(names ...string) (int, error) {
	sum := 0
	for _, name := range names {
		f := open(name)
		defer f.Close()
		if name == "" {
			fmt.Println("no name")
			continue
		}
		if name == "end" {
			break
		}
		if name == "bad" {
			return sum, fmt.Errorf("%s after %d", name, f.size())
		}
		if name == "whole" {
			return f.size(), nil
		}
		sum += f.size()
	}
	return sum, nil
}

func main() {
	fmt.Println(total("a", "", "b"))
	fmt.Println(total("a", "end", "b"))
	fmt.Println(total("a", "bad", "b"))
	fmt.Println(total("a", "whole", "b"))
}
