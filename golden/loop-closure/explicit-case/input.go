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

func handle(kinds ...string) int {
	n := 0
	for _, kind := range kinds {
		switch kind {
		case "file":
			f := open(kind)
			defer f.Close()
			if f.size() == n {
				break
			}
			n += f.size()
		case "last":
			f := open(kind)
			defer f.Close()
			return n + f.size()
		default:
			fmt.Println("no", kind)
		}
		fmt.Println("handled", kind)
	}
	return n
}

func main() {
	fmt.Println(handle("file", "file", "none"))
	fmt.Println(handle("none", "file", "last", "file"))
}
