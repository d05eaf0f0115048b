package main

import (
	"errors"
	"fmt"
)

type output struct {
	name   string
	closed bool
}

func create(name string) *output {
	fmt.Println("create", name)
	return &output{name: name}
}

func (o *output) write(text string) { fmt.Println("write", text, "to", o.name, o.closed) }

func (o *output) Close() error {
	o.closed = true
	fmt.Println("~ close", o.name)
	if o.name == "full" {
		return errors.New("disk full")
	}
	return nil
}

func writeAll(text string, names ...string) (err error) {
	for _, name := range names {
		o := create(name)
		defer func() {
			if e := o.Close(); err == nil {
				err = e
			}
		}()
		o.write(text)
	}
	return nil
}

func main() {
	fmt.Println(writeAll("hello", "a", "b"))
	fmt.Println(writeAll("hello", "full", "b"))
}
