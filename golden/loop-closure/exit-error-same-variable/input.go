package main

import (
	"errors"
	"fmt"
)

type part struct {
	name string
	open bool
}

func open(name string) (*part, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	fmt.Println("open", name)
	return &part{name, true}, nil
}

func (p *part) read() (string, error) {
	if p.name == "bad" {
		return "", errors.New("unreadable")
	}
	return p.name, nil
}

func (p *part) Close() {
	p.open = false
	fmt.Println("~ close", p.name)
}

func size(names ...string) (int, error) {
	n := 0
	for _, name := range names {
		p, err := open(name)
		if err != nil {
			return n, err
		}
		defer p.Close()
		text, err := p.read()
		if err != nil {
			return n, fmt.Errorf("%s: %w", name, err)
		}
		n += len(text)
	}
	return n, nil
}

func collect(names ...string) ([]string, error) {
	var all []string
	for _, name := range names {
		p, err := open(name)
		if err != nil {
			return all, err
		}
		defer p.Close()
		text, err := p.read()
		if err != nil {
			return all, err
		}
		all = append(all, text)
	}
	return all, nil
}

func main() {
	fmt.Println(size("one", "three"))
	fmt.Println(size("one", "bad", "two"))
	fmt.Println(size("one", ""))
	fmt.Println(collect("one", "two"))
	fmt.Println(collect("one", "", "two"))
}
