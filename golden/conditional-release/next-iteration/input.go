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

func first(names ...string) (*res, error) {
	for _, name := range names {
		r, err := openRes(name)
		if err != nil {
			return nil, err
		}
		if len(name) > 1 {
			continue
		}
		return r, nil
	}
	return nil, errors.New("none")
}

func main() {
	_, err := first("aa", "")
	fmt.Println(err)
	_, err = first("aa")
	fmt.Println(err)
	open = 0
	if open > 0 {
		fmt.Println("! left open:", open)
	}
}
