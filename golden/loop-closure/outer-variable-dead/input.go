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

func total(names ...string) (n int, err error) {
	var f *file
	for _, name := range names {
		f, err = open(name)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		n += len(f.read())
	}
	return n, nil
}

func main() {
	fmt.Println(total("a", "bc"))
	fmt.Println(total("a", ""))
}
