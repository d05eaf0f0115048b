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

type pair struct{ in *file }

func (p *pair) Close() error { return p.in.Close() }

func readAll(names ...string) {
	var p pair
	for _, name := range names {
		f, err := open(name)
		if err != nil {
			return
		}
		p = pair{f}
		defer p.Close()
		fmt.Println(p.in.read())
	}
}

func main() {
	readAll("a", "b")
}
