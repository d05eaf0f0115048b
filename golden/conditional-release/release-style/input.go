package main

import (
	"errors"
	"fmt"
	"os"
)

var open int

// res is closed through a file of its own, and says so.
type res struct {
	f    *os.File
	name string
}

func openRes(name string) (*res, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	f, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	open++
	return &res{f, name}, nil
}

func (r *res) Close() error {
	open--
	fmt.Println("closed", r.name)
	return r.f.Close()
}

func (r *res) check(bad bool) error {
	if bad {
		return errors.New("bad")
	}
	return nil
}

func constructor(name string, n int) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	if n == 1 {
		r.Close()
		return nil, errors.New("one")
	}
	if n == 2 {
		r.Close()
		return nil, errors.New("two")
	}
	if n == 3 {
		return nil, errors.New("three")
	}
	return r, nil
}

func try(name string, f func() (*res, error)) {
	before := open
	r, err := f()
	fmt.Println(name, r != nil, err)
	if r != nil && err == nil {
		r.Close()
	}
	if open > before {
		fmt.Println("! left open:", name)
	} else if open < before {
		fmt.Println("! closed twice:", name)
	}
	open = before
}

func main() {
	for n := range 4 {
		try(fmt.Sprint("constructor ", n), func() (*res, error) { return constructor("c", n) })
	}
}
