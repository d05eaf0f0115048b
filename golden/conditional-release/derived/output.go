package main

import (
	"bufio"
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

type reader struct {
	buffered *bufio.Reader
	under    *res
}

func (r *res) Read(b []byte) (int, error) { return r.f.Read(b) }

func newReader(name string) (*reader, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewReader(r)
	if _, err := buffered.Peek(1); err != nil {
		r.Close()
		return nil, err
	}
	return &reader{buffered, r}, nil
}

func main() {
	_, err := newReader("a")
	fmt.Println(err)
	if open > 0 {
		fmt.Println("! left open:", open)
	}
}
