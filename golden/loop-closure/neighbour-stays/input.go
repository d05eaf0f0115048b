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

func (f *file) read() (string, error) {
	if !f.open {
		return "", errors.New(f.name + " is closed")
	}
	return "text of " + f.name, nil
}

func (f *file) Close() error {
	fmt.Println("~ close", f.name)
	f.open = false
	return nil
}

func openAll(names ...string) ([]*file, error) {
	var all []*file
	for _, name := range names {
		f, err := open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		all = append(all, f)
		index, err := open(name + ".index")
		if err != nil {
			return nil, err
		}
		defer index.Close()
		text, err := index.read()
		fmt.Println(text, err)
	}
	return all, nil
}

func main() {
	all, err := openAll("a", "b")
	fmt.Println(len(all), err)
}
