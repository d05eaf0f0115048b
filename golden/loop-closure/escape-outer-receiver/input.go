package main

import (
	"errors"
	"fmt"
)

type log struct {
	name   string
	closed bool
}

func open(name string) (*log, error) {
	if name == "none" {
		return nil, errors.New("no log")
	}
	fmt.Println("open", name)
	return &log{name: name}, nil
}

func (l *log) write(text string) { fmt.Println("write", text, "to", l.name, l.closed) }

func (l *log) Close() {
	l.closed = true
	fmt.Println("~ close", l.name)
}

func writeToLast(text string, names ...string) error {
	var l *log
	var err error
	for _, name := range names {
		l, err = open(name)
		if err != nil {
			return err
		}
		defer l.Close()
		l.write("opened")
	}
	l.write(text)
	return nil
}

func main() {
	fmt.Println(writeToLast("hello", "a", "b"))
	fmt.Println(writeToLast("hello", "a", "none"))
}
