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

func report(groups [][]string) {
	for _, group := range groups {
		var best *file
		for _, name := range group {
			if len(name) > 2 {
				index, _ := open(name + ".idx")
				defer index.Close()
				if index.read() == "bad.idx" {
					continue
				}
				data, _ := open(name)
				defer data.Close()
				best = data
			}
			break
		}
		if best != nil {
			fmt.Println("best", best.read(), recover())
		}
	}
	fmt.Println("done")
}

func main() {
	report([][]string{{"bad", "good"}, {"no"}, {"fine"}})
}
