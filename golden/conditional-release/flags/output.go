package main

import (
	"errors"
	"fmt"
	"os"
)

var open int

// res is closed through a file of its own, and says so.
type res struct {
	f    *os.File
	name string
}

func openRes(name string) (*res, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	f, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	open++
	return &res{f, name}, nil
}

func (r *res) Close() error {
	open--
	fmt.Println("closed", r.name)
	return r.f.Close()
}

func (r *res) check(bad bool) error {
	if bad {
		return errors.New("bad")
	}
	return nil
}

// The flag is set before the last error.
func keptTooEarly(name string, n int) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	keep := false
	defer func() {
		if !keep {
			r.Close()
		}
	}()
	if n == 1 {
		return nil, errors.New("one")
	}
	if err := r.check(n == 2); err != nil {
		return nil, err
	}
	if n == 3 {
		return nil, errors.New("three")
	}
	keep = true
	return r, nil
}

// Closing is asked for, until it isn't.
func closing(name string, n int) (*res, error) {
	close := true
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if close {
			_ = r.Close()
		}
	}()
	if n == 1 {
		close = false
		return r, nil
	}
	if n == 2 {
		close = false
		fmt.Println("kept")
		if err := r.check(true); err != nil {
			r.Close()
			return nil, err
		}
	}
	close = false
	return r, nil
}

// The error is returned before the defer is reached.
func beforeDefer(name string, n int) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	if n == 1 {
		r.Close()
		return nil, errors.New("one")
	}
	ok := false
	defer func() {
		if !ok {
			r.Close()
		}
	}()
	if n == 2 {
		return nil, errors.New("two")
	}
	ok = true
	return r, nil
}

// The literal tests a variable that the return doesn't assign to.
func otherError(name string, n int) (_ *res, retErr error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if retErr != nil {
			r.Close()
		}
	}()
	if err = r.check(n == 1); err != nil {
		return nil, err
	}
	if n == 2 {
		return nil, errors.New("two")
	}
	if err := r.check(n == 3); err != nil {
		return nil, err
	}
	return r, nil
}

// Here one may be nil, and a result can't take its place.
func otherErrorKept(name string, n int) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			r.Close()
		}
	}()
	if n == 2 {
		r.Close()
		return nil, errors.New("two")
	}
	if err = r.check(n == 1); err != nil {
		return nil, nil
	}
	return r, nil
}

// On one way to the last return it is closed, on the other it isn't.
func sometimes(name string, n int) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	keep := false
	defer func() {
		if !keep {
			r.Close()
		}
	}()
	if n == 2 {
		keep = true
	}
	if n > 0 {
		return nil, errors.New("more")
	}
	keep = true
	return r, nil
}

func try(name string, f func() (*res, error)) {
	before := open
	r, err := f()
	fmt.Println(name, r != nil, err)
	if r != nil && err == nil {
		r.Close()
	}
	if open > before {
		fmt.Println("! left open:", name)
	} else if open < before {
		fmt.Println("! closed twice:", name)
	}
	open = before
}

func main() {
	for n := range 4 {
		try(fmt.Sprint("kept too early ", n), func() (*res, error) { return keptTooEarly("k", n) })
		try(fmt.Sprint("closing ", n), func() (*res, error) { return closing("c", n) })
		try(fmt.Sprint("before defer ", n), func() (*res, error) { return beforeDefer("b", n) })
		try(fmt.Sprint("other error ", n), func() (*res, error) { return otherError("o", n) })
		try(fmt.Sprint("other error kept ", n), func() (*res, error) { return otherErrorKept("e", n) })
		if n != 2 {
			try(fmt.Sprint("sometimes ", n), func() (*res, error) { return sometimes("s", n) })
		}
	}
}
