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

type reader interface{ read() string }

type text string

func (t text) read() string { return string(t) }

func readAll(names ...string) {
	for _, name := range names {
		var in reader = text("fixed")
		if name != "" {
			f, err := open(name)
			if err != nil {
				return
			}
			in = f
		}
		if c, ok := in.(*file); ok {
			defer c.Close()
		}
		fmt.Println(in.read())
	}
}

func main() {
	readAll("a", "", "b")
}
