package main

import (
	"errors"
	"fmt"
	"os"
)

var open int

// res is closed through a file of its own.
type res struct{ f *os.File }

func openRes(name string) (*res, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	f, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	open++
	return &res{f}, nil
}

func (r *res) Close() error {
	open--
	return r.f.Close()
}

func (r *res) check(bad bool) error {
	if bad {
		return errors.New("bad")
	}
	return nil
}

func shadowed(name string, rs ...int) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	for _, r := range rs {
		if r > 1 {
			return nil, errors.New("above one")
		}
	}
	return r, nil
}

func main() {
	r, err := shadowed("a", 1)
	fmt.Println(r.Close(), err)
	if open > 0 {
		fmt.Println("! left open:", open)
	}
}
