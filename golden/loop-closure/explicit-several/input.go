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

func copyAll(names ...string) error {
	for _, name := range names {
		src := open(name)
		defer src.Close()
		if src.size() == 0 {
			return fmt.Errorf("nothing to copy")
		}
		dst := open(name + ".copy")
		defer dst.Close()
		if dst.size() > 8 {
			return fmt.Errorf("%s is too long", dst.name)
		}
		fmt.Println("copied", name)
	}
	return nil
}

func main() {
	fmt.Println(copyAll("a", "b"))
	fmt.Println(copyAll("a", ""))
	fmt.Println(copyAll("a", "long", "b"))
}
