package main

import (
	"errors"
	"fmt"
)

type row struct {
	n      int
	closed bool
}

func open(n int) (*row, error) {
	if n == 3 {
		return nil, errors.New("no row 3")
	}
	fmt.Println("open", n)
	return &row{n: n}, nil
}

func (r *row) check() error {
	fmt.Println("check", r.n, r.closed)
	if r.n == 2 {
		return errors.New("row 2 is bad")
	}
	return nil
}

func (r *row) Close() {
	r.closed = true
	fmt.Println("~ close", r.n)
}

func checkRows(from, to int) error {
	for n := from; n < to; n++ {
		if err := func() error {
			r, err := open(n)
			if err != nil {
				return err
			}
			defer r.Close() // per row
			return r.check()
		}(); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	fmt.Println(checkRows(0, 2))
	fmt.Println(checkRows(1, 4))
	fmt.Println(checkRows(3, 4))
}
