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

func letters(yield func(string) bool) {
	for _, letter := range []string{"a", "b"} {
		if !yield(letter) {
			fmt.Println("iterator ends")
			return
		}
	}
}

func find(names ...string) string {
	for _, name := range names {
		if done, letter := func() (bool, string) {
			f := open(name)
			defer f.Close()
			for letter := range letters {
				if letter == f.name {
					return true, letter
				}
			}
			return false, ""
		}(); done {
			return letter
		}
	}
	return "none"
}

func main() {
	fmt.Println(find("x", "b"), find("y"))
}
