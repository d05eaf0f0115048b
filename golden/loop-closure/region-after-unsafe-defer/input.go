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

func read(names []string) ([]string, error) {
	var texts []string
	for _, n := range names {
		undo := func() { fmt.Println("~ undo", n) }
		fmt.Println("do", n)
		defer undo()
		f, err := open(n)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		texts = append(texts, f.read())
	}
	return texts, nil
}

func main() {
	fmt.Println(read([]string{"a", "b"}))
	fmt.Println(read([]string{"a", ""}))
}
