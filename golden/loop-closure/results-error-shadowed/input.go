package main

import (
	"errors"
	"fmt"
)

type doc struct {
	name   string
	closed bool
}

func open(name string) *doc {
	fmt.Println("open", name)
	return &doc{name: name}
}

func (d *doc) validate() bool {
	fmt.Println("validate", d.name, d.closed)
	return d.name != "bad"
}

func (d *doc) Close() {
	d.closed = true
	fmt.Println("~ close", d.name)
}

func validate(names ...string) error {
	error := errors.New("invalid document")
	for _, name := range names {
		d := open(name)
		defer d.Close()
		if !d.validate() {
			return fmt.Errorf("%s: %w", name, error)
		}
	}
	return nil
}

func main() {
	fmt.Println(validate("a", "b"))
	fmt.Println(validate("a", "bad", "b"))
}
