package main

import (
	"errors"
	"fmt"
)

type output struct{ name string }

func create(name string) (*output, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	fmt.Println("create", name)
	return &output{name}, nil
}

func (o *output) write(text string) error {
	fmt.Println("write", text, "to", o.name)
	if o.name == "broken" {
		return errors.New("broken pipe")
	}
	return nil
}

func (o *output) Close() error {
	fmt.Println("~ close", o.name)
	if o.name == "full" {
		return errors.New("disk full")
	}
	return nil
}

func writeAll(text string, names ...string) (n int, retErr error) {
	for _, name := range names {
		o, _ := create(name)
		defer func() {
			if err := o.Close(); err != nil && retErr == nil {
				retErr = fmt.Errorf("close: %w", err)
			}
		}()
		o.write(text)
		n++
	}
	return n, nil
}

func main() {
	fmt.Println(writeAll("hello", "a", "b"))
	fmt.Println(writeAll("hello", "a", "full"))
}
