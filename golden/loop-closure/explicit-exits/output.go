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
		if name == "" {
			fmt.Println("no name")
			f.Close()
			continue
		}
		if name == "end" {
			f.Close()
			break
		}
		if name == "bad" {
			err := fmt.Errorf("%s after %d", name, f.size())
			f.Close()
			return sum, err
		}
		if name == "whole" {
			n := f.size()
			f.Close()
			return n, nil
		}
		sum += f.size()
		f.Close()
	}
	return sum, nil
}

func main() {
	fmt.Println(total("a", "", "b"))
	fmt.Println(total("a", "end", "b"))
	fmt.Println(total("a", "bad", "b"))
	fmt.Println(total("a", "whole", "b"))
}
