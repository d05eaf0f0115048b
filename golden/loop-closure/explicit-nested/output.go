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

func walk(dirs []string, names ...string) (string, bool) {
	for _, dir := range dirs {
		d := open(dir)
		for _, name := range names {
			f := open(dir + name)
			if f.size() > 3 {
				s, ok := f.name, f.closed
				f.Close()
				d.Close()
				return s, ok
			}
			f.Close()
		}
		fmt.Println("done with", d.name, d.closed)
		d.Close()
	}
	return "", false
}

func main() {
	fmt.Println(walk([]string{"a", "b"}, "x", "yy"))
	fmt.Println(walk([]string{"a", "bb"}, "x", "yy"))
}
