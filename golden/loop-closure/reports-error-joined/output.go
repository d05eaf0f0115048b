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
		if retErr := func() (retErr error) {
			o, err := create(name)
			if err != nil {
				return err
			}
			defer func() {
				retErr = errors.Join(retErr, o.Close())
			}()
			if err := o.write(text); err != nil {
				return err
			}
			n++
			return nil
		}(); retErr != nil {
			return 0, retErr
		}
	}
	return n, nil
}

func main() {
	fmt.Println(writeAll("hello", "a", "b"))
	fmt.Println(writeAll("hello", "a", "broken", "b"))
	fmt.Println(writeAll("hello", ""))
}
