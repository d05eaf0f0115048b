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

func all(names ...string) ([]*res, error) {
	var list []*res
	for _, name := range names {
		r, err := openRes(name)
		if err != nil {
			return list, err
		}
		if err := r.check(len(name) > 1); err != nil {
			// What was opened before is the caller's.
			return list, err
		}
		list = append(list, r)
	}
	return list, nil
}

func main() {
	list, err := all("a", "b", "cc")
	fmt.Println(len(list), err)
	for _, r := range list {
		r.Close()
	}
	if open > 0 {
		fmt.Println("! left open:", open)
	}
}
