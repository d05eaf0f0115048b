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

type badError struct{}

func (*badError) Error() string { return "bad" }

var makers = map[string]func(name string) (*res, error){
	"strict": func(name string) (*res, error) {
		r, err := openRes(name)
		if err != nil {
			return nil, err
		}
		if len(name) > 1 {
			r.Close()
			return nil, &badError{}
		}
		return r, nil
	},
}

func main() {
	r, err := makers["strict"]("a")
	fmt.Println(r.Close(), err)
	_, err = makers["strict"]("ab")
	fmt.Println(err)
	if open > 0 {
		fmt.Println("! left open:", open)
	}
}
