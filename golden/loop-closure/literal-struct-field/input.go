package main

import (
	"errors"
	"fmt"
)

type command struct {
	name string
	run  func(args []string) error
}

type doc struct {
	name string
	open bool
}

func load(name string) (*doc, error) {
	if name == "gone" {
		return nil, errors.New("gone: no such document")
	}
	fmt.Println("load", name)
	return &doc{name, true}, nil
}

func (d *doc) print() { fmt.Println("print", d.name, d.open) }

func (d *doc) Close() {
	d.open = false
	fmt.Println("~ close", d.name)
}

var commands = []command{
	{
		name: "print",
		run: func(args []string) error {
			for _, arg := range args {
				d, err := load(arg)
				if err != nil {
					return err
				}
				defer d.Close()
				d.print()
			}
			return nil
		},
	},
	{
		name: "count",
		run: func(args []string) error {
			fmt.Println("count", len(args))
			return nil
		},
	},
}

func main() {
	for _, c := range commands {
		fmt.Println(c.name, c.run([]string{"a", "b"}))
		fmt.Println(c.name, c.run([]string{"a", "gone", "b"}))
	}
}
