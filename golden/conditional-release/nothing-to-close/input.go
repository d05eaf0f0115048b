package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
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

var cache = map[string]*res{}

func cached(name string) (*res, error) {
	if r, ok := cache[name]; ok {
		return r, nil
	}
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	cache[name] = r
	return r, nil
}

func fromCache(name string, bad bool) (*res, error) {
	r, err := cached(name)
	if err != nil {
		return nil, err
	}
	if bad {
		return nil, errors.New("bad")
	}
	return r, nil
}

type quiet struct{}

func (quiet) Close() error { return nil }

func newQuiet(name string) (*quiet, error) { return &quiet{}, nil }

func nothingBehind(name string, bad bool) (*quiet, error) {
	q, err := newQuiet(name)
	if err != nil {
		return nil, err
	}
	if bad {
		return nil, errors.New("bad")
	}
	return q, nil
}

func unzip(r io.Reader, bad bool) (*gzip.Reader, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	if bad {
		return nil, errors.New("bad")
	}
	return z, nil
}

func mayBeNil(name string, err2 error) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	if name == "b" {
		return r, nil
	}
	r.f.Name()
	return r, err2
}

type nil2 struct{}

func (nil2) Read([]byte) (int, error) { return 0, io.EOF }

func neverClosed(name string, bad bool) error {
	r, err := openRes(name)
	if err != nil {
		return err
	}
	if err := r.check(bad); err != nil {
		return err
	}
	return nil
}

func main() {
	fromCache("a", true)
	nothingBehind("a", true)
	unzip(nil2{}, true)
	r, _ := mayBeNil("a", errors.New("b"))
	r.Close()
	neverClosed("a", true)
	fmt.Println("left:", open)
	open = 0
	if open > 0 {
		fmt.Println("! left open:", open)
	}
}
