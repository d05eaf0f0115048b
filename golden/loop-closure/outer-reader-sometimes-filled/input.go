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

func sample(names ...string) {
	var text func() string
	for i, name := range names {
		f, err := open(name)
		if err != nil {
			return
		}
		defer f.Close()
		if i%2 == 0 {
			text = f.read
		}
		fmt.Println(text())
	}
}

func main() {
	sample("a", "b", "c")
}
