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
	for _, name := range names {
		if len(name) > 2 {
			skip, err := func() (bool, error) {
				index, err := open(name + ".idx")
				if err != nil {
					return false, err
				}
				defer index.Close()
				if index.read() == "bad.idx" {
					return true, nil
				}
				data, err := open(name)
				if err != nil {
					return false, err
				}
				defer data.Close()
				fmt.Println("found", data.read())
				return false, nil
			}()
			if err != nil {
				return "", err
			}
			if skip {
				continue
			}
		}
		break
	}
	fmt.Println("done")
	return "", nil
}

func main() {
	fmt.Println(first([]string{"bad", "good", "more"}))
}
