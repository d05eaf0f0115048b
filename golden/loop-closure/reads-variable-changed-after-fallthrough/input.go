package main

import (
	"errors"
	"fmt"
)

type file struct {
	name string
	open bool
}

func open(name string) (*file, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	fmt.Println("open", name)
	return &file{name, true}, nil
}

func (f *file) read() string {
	if !f.open {
		return f.name + " is closed"
	}
	return "text of " + f.name
}

func (f *file) Close() error {
	fmt.Println("~ close", f.name)
	f.open = false
	return nil
}

func readAll(names ...string) {
	for n, name := range names {
		switch x := n; x {
		case 0:
			f, err := open(name)
			if err != nil {
				return
			}
			defer func() {
				fmt.Println("~ x is", x)
				f.Close()
			}()
			fmt.Println(f.read())
			fallthrough
		case 1:
			x += 10
			fmt.Println("changed", x)
		}
	}
}

func main() {
	readAll("a", "b")
}
