package main

import (
	"errors"
	"fmt"
)

type part struct {
	name string
}

func open(name string) (*part, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	return &part{name}, nil
}

func (p *part) Close() {
	fmt.Println("~ close", p.name)
}

func count(names ...string) (total int, err error) {
	defer func() {
		fmt.Println("total", total, err)
	}()
	for _, name := range names {
		p, err := open(name)
		if err != nil {
			return total, err
		}
		defer p.Close()
		fmt.Println("look at", p.name)
		if p.name == "bad" {
			return -1, errors.New("bad part")
		}
		if p.name == "late" {
			return 0, fmt.Errorf("late after %d", total)
		}
		total += len(p.name)
	}
	return
}

func tally(names ...string) (total int, err error) {
	for _, name := range names {
		p, err := open(name)
		if err != nil {
			return total, err
		}
		defer p.Close()
		fmt.Println("look at", p.name)
		if p.name == "bad" {
			return -1, errors.New("bad part")
		}
		total += len(p.name)
	}
	return
}

func main() {
	fmt.Println(count("one", "three"))
	fmt.Println(count("one", "bad", "two"))
	fmt.Println(count("one", "late", "two"))
	fmt.Println(count("one", "", "two"))
	fmt.Println(tally("one", "bad"))
	fmt.Println(tally("one", ""))
}
