package main

import (
	"errors"
	"fmt"
)

type driver struct{ name string }

func setup(name string) (*driver, error) {
	if name == "broken" {
		return nil, errors.New("broken driver")
	}
	fmt.Println("setup", name)
	return &driver{name}, nil
}

func (d *driver) configure() { fmt.Println("configure", d.name) }

func (d *driver) undo() { fmt.Println("~ undo", d.name) }

func setupAll(names ...string) (err error) {
	for _, name := range names {
		d, e := setup(name)
		if e != nil {
			return e
		}
		defer func() {
			if err != nil {
				d.undo()
			}
		}()
		d.configure()
	}
	return nil
}

func main() {
	fmt.Println(setupAll("disk", "net"))
	fmt.Println(setupAll("disk", "net", "broken"))
}
