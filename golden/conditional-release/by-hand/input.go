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

func measure(name string, size int, bad bool) (int, error) {
	r, err := openRes(name)
	if err != nil {
		return 0, err
	}
	if err := r.check(bad); err != nil {
		r.Close()
		return 0, err
	}
	switch {
	case size < 0:
		return 0, errors.New("negative")
	case size == 0:
		r.Close()
		return 0, errors.New("empty")
	}
	return size, r.Close()
}

func main() {
	for _, size := range []int{-1, 0, 1} {
		fmt.Println(measure("a", size, size > 0))
	}
	fmt.Println(measure("a", 2, false))
	if open > 0 {
		fmt.Println("! left open:", open)
	}
}
