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

func total(names []string) (sum int) {
	for i, name := range names {
		if f, err := open(name); err == nil {
			defer f.Close()
			if f.read() == "skip" {
				continue
			}
			log, err := open(name + ".log")
			if err != nil {
				return -1
			}
			defer func() {
				log.Close()
				fmt.Println("recovered:", recover())
			}()
		}
		for {
			if i == 1 {
				panic("odd")
			}
			return i
		}
	}
	return sum
}

func main() {
	fmt.Println(total([]string{"skip", "a"}), total([]string{"b"}))
}
