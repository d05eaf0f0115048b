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

type logger struct{ r *res }

func newLogger(name string, size int, bad bool) (*logger, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	if size > 9 {
		return nil, errors.New("too large")
	}
	if err := r.check(bad); err != nil {
		return nil, err
	}
	return &logger{r}, nil
}

func main() {
	for _, size := range []int{1, 10} {
		_, err := newLogger("a", size, true)
		fmt.Println(err)
	}
	l, err := newLogger("a", 1, false)
	fmt.Println(l.r.Close(), err)
	_, err = newLogger("", 1, false)
	fmt.Println(err)
	if open > 0 {
		fmt.Println("! left open:", open)
	}
}
