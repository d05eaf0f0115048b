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

func count(names ...string) (lines int) {
	var text func() string
	for _, name := range names {
		f, err := open(name)
		if err != nil {
			return lines
		}
		func() {
			defer f.Close()
			text = f.read
			for range 2 {
				fmt.Println(text())
				lines++
			}
		}()
	}
	return lines
}

func main() {
	fmt.Println(count("a", "b"))
	fmt.Println(count("a", ""))
}
