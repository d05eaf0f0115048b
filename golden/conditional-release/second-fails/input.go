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

type pair struct{ a, b *res }

func newPair(first, second string) (*pair, error) {
	a, err := openRes(first)
	if err != nil {
		return nil, err
	}
	b, err := openRes(second)
	if err != nil {
		return nil, err
	}
	return &pair{a, b}, nil
}

func main() {
	_, err := newPair("a", "")
	fmt.Println(err)
	p, err := newPair("a", "b")
	fmt.Println(p.a.Close(), p.b.Close(), err)
	if open > 0 {
		fmt.Println("! left open:", open)
	}
}
