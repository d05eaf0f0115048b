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

type store struct {
	r    *res
	name string
}

func (s *store) reopen(name string) error {
	r, err := openRes(name)
	if err != nil {
		return err
	}
	if name == s.name {
		r.Close()
		return errors.New("the same")
	}
	s.r, s.name = r, name
	return nil
}

func main() {
	s := &store{name: "b"}
	fmt.Println(s.reopen("a"), s.reopen("a"))
	s.r.Close()
	if open > 0 {
		fmt.Println("! left open:", open)
	}
}
