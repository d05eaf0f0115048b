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

func (f *file) read() string {
	if f.closed {
		return "closed " + f.name
	}
	return f.name
}

func (f *file) Close() {
	f.closed = true
	fmt.Println("~ close", f.name)
}

func first(names []string) (string, error) {
	var held *file
	for _, name := range names {
		if len(name) > 2 {
			index, err := open(name + ".idx")
			if err != nil {
				return "", err
			}
			defer index.Close()
			if index.read() == "bad.idx" {
				continue
			}
			data, err := open(name)
			if err != nil {
				return "", err
			}
			defer data.Close()
			held = data
		}
		break
	}
	return held.read(), nil
}

func main() {
	fmt.Println(first([]string{"bad", "good", "more"}))
}
