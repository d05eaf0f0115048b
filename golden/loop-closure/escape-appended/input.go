package main

import (
	"errors"
	"fmt"
)

type file struct {
	name   string
	closed bool
}

func open(name string) (*file, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	fmt.Println("open", name)
	return &file{name: name}, nil
}

func (f *file) read() { fmt.Println("read", f.name, f.closed) }

func (f *file) Close() error {
	f.closed = true
	fmt.Println("~ close", f.name)
	return nil
}

func merge(names ...string) error {
	var files []*file
	for _, name := range names {
		f, err := open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		files = append(files, f)
	}
	for _, f := range files {
		f.read()
	}
	return nil
}

func main() {
	fmt.Println(merge("a", "b"))
	fmt.Println(merge("a", ""))
}
