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

func read(sets [][]string) {
	var list *file
	for _, set := range sets {
		func() {
			list, _ = open("list")
			defer list.Close()
			for _, n := range set {
				func() {
					f, err := open(n)
					if err != nil {
						return
					}
					defer f.Close()
					fmt.Println(list.read(), f.read())
				}()
			}
		}()
	}
}

func main() {
	read([][]string{{"a", "", "b"}, {"c"}})
}
