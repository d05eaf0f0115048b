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

var kept []any

func keep[T any](x T) { kept = append(kept, x) }

func openAll(names ...string) {
	for _, name := range names {
		f, err := open(name)
		if err != nil {
			return
		}
		defer f.Close()
		fmt.Println(f.read())
		keep[*file](f)
	}
}

func main() {
	openAll("a", "b")
	fmt.Println(len(kept), kept[0].(*file).name)
}
