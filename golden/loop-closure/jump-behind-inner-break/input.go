package main

import (
	"errors"
	"fmt"
)

type box struct{ name string }

func open(name string) (*box, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	fmt.Println("open", name)
	return &box{name}, nil
}

func (b *box) Check() error {
	if b.name == "bad" {
		return errors.New("bad box")
	}
	return nil
}

func (b *box) Close() { fmt.Println("~ close", b.name) }

func before(names []string) (int, error) {
	for i, name := range names {
		if i < 4 {
			b, err := open(name)
			if err != nil {
				continue
			}
			defer b.Close()
			if err := b.Check(); err != nil {
				return 0, err
			}
			switch b.name {
			case "short":
				if len(names) > 2 {
					break
				}
				fmt.Println("short of two")
			}
			continue
		}
		fmt.Println("many")
	}
	return len(names), nil
}

func falls(names []string) (int, error) {
	for _, name := range names {
		switch {
		case len(names) > 0:
			b, err := open(name)
			if err != nil {
				break
			}
			defer b.Close()
			if err := b.Check(); err != nil {
				return 0, err
			}
			for i := range 3 {
				if i == 1 {
					break
				}
				if i > 1 {
					continue
				}
				fmt.Println(name, i)
			}
			fallthrough
		case name == "never":
			fmt.Println("fell")
		}
	}
	return len(names), nil
}

func leaves(names []string) (int, error) {
outer:
	for _, name := range names {
		for {
			b, err := open(name)
			if err != nil {
				break
			}
			defer b.Close()
			if err := b.Check(); err != nil {
				return 0, err
			}
			select {
			default:
				if b.name == "short" {
					break
				}
				fmt.Println("long")
			}
			continue outer
		}
		fmt.Println("no box")
	}
	return len(names), nil
}

func main() {
	for _, f := range []func([]string) (int, error){before, falls, leaves} {
		fmt.Println(f([]string{"short", "", "long"}))
		fmt.Println(f([]string{"short", "long"}))
		fmt.Println(f([]string{"a", "b", "c", "d", "e"}))
		fmt.Println(f([]string{"a", "bad", "c"}))
	}
}
