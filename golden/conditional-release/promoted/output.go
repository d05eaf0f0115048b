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

type named struct {
	*os.File
	name string
}

func openNamed(name string) (*named, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	return &named{f, name}, nil
}

func checked(name string, max int) (n *named, err error) {
	n1, err := openNamed(name)
	if err != nil {
		return nil, err
	}
	if len(n1.Name()) > max {
		n1.Close()
		return nil, errors.New("long name")
	}
	return n1, nil
}

func main() {
	n, err := checked(os.DevNull, 100)
	fmt.Println(n.Close(), err)
	_, err = checked(os.DevNull, 1)
	fmt.Println(err)
	if open > 0 {
		fmt.Println("! left open:", open)
	}
}
