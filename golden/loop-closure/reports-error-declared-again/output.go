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

func read(o *output) (int, error) { return len(o.name), o.write("?") }

func ask(names ...string) (err error) {
	for _, name := range names {
		if err := func() (err error) {
			o, e := create(name)
			if e != nil {
				return e
			}
			defer func() {
				if cerr := o.Close(); cerr != nil && err == nil {
					err = cerr
				}
			}()
			n, err := read(o)
			if err != nil {
				return err
			}
			fmt.Println(n)
			return nil
		}(); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	fmt.Println(ask("a", "b"))
	fmt.Println(ask("a", "broken", "b"))
	fmt.Println(ask("full"))
}
