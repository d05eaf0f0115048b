package main

import (
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

func header(name string, want int) (*os.File, []byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	open++
	data := make([]byte, want)
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, nil, fmt.Errorf("header: %w", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, data, nil
}

func main() {
	_, _, err := header(os.DevNull, 4)
	fmt.Println(err)
	open = 0
	if open > 0 {
		fmt.Println("! left open:", open)
	}
}
