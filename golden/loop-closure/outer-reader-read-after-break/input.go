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

func first(names ...string) string {
	var text func() string
	for _, name := range names {
		f, err := open(name)
		if err != nil {
			return "none"
		}
		defer f.Close()
		text = f.read
		if name == "b" {
			break
		}
		text = nil
	}
	if text == nil {
		return "nothing"
	}
	return text()
}

func main() {
	fmt.Println(first("a", "b", "c"))
	fmt.Println(first("a"))
}
