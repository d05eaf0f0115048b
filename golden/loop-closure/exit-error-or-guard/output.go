package main

import (
	"errors"
	"fmt"
)

type reader struct {
	name   string
	closed bool
}

func open(name string) *reader {
	fmt.Println("open", name)
	return &reader{name: name}
}

func (r *reader) read() (int, error) {
	fmt.Println("read", r.name, r.closed)
	if r.name == "torn" {
		return 0, errors.New("torn page")
	}
	return len(r.name) - 3, nil
}

func (r *reader) Close() {
	r.closed = true
	fmt.Println("~ close", r.name)
}

func readUntilEmpty(names ...string) error {
	for _, name := range names {
		if done, err := func() (bool, error) {
			r := open(name)
			defer r.Close()
			n, err := r.read()
			if err != nil || n == 0 {
				return true, err
			}
			fmt.Println("got", n)
			return false, nil
		}(); done {
			return err
		}
	}
	return errors.New("never empty")
}

func main() {
	fmt.Println(readUntilEmpty("page", "book"))
	fmt.Println(readUntilEmpty("page", "end", "book"))
	fmt.Println(readUntilEmpty("page", "torn", "book"))
}
