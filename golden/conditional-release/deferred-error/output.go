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

// Without names, beside an err of inner blocks.
func unnamed(name string, n int) (_ *res, retErr error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if retErr != nil {
			r.Close()
		}
	}()
	if err := r.check(n == 1); err != nil {
		return nil, err
	}
	if n == 2 {
		return nil, errors.New("two")
	}
	if n == 3 {
		return nil, errors.New("three")
	}
	if err := r.check(n == 4); err != nil {
		return nil, fmt.Errorf("four: %w", err)
	}
	if n == 5 {
		r.Close()
		return nil, nil
	}
	return r, nil
}

func named(name string, n int) (made *res, err error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = r.Close()
		}
	}()
	if n == 1 {
		return nil, errors.New("one")
	}
	if err = r.check(n == 2); err != nil {
		return nil, err
	}
	if err := r.check(n == 3); err != nil {
		return nil, err
	}
	if err = r.check(n == 4); err != nil {
		return
	}
	return r, nil
}

func blank(name string, n int) (made *res, retErr error) {
	if name == "none" {
		return nil, nil
	}
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if retErr != nil {
			r.Close()
		}
	}()

	switch n {
	case 1:
		return nil, errors.New("one")
	case 2:
		return nil, errors.New("two")
	case 3:
		return nil, errors.New("three")
	}
	return r, nil
}

type holder struct{ r *res }

// What was given away already is closed by hand where an error is returned.
func inStruct(name string, n int) (_ *holder, retErr error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if retErr != nil {
			r.Close()
		}
	}()
	if n == 1 {
		return nil, errors.New("one")
	}
	h := &holder{r}
	if n == 2 {
		return nil, errors.New("two")
	}
	if n == 3 {
		return nil, errors.New("three")
	}
	return h, nil
}

// A panic closes nothing, as before.
func panics(name string, n int) (r2 *res, retErr error) {
	retErr = nil
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if retErr != nil {
			r.Close()
		}
	}()
	if n == 1 {
		return nil, errors.New("one")
	}
	if n == 2 {
		return nil, errors.New("two")
	}
	if n == 3 {
		return nil, errors.New("three")
	}
	if n == 4 {
		panic("four")
	}
	return r, nil
}

// Of two resources the one that is closed last is deferred first.
func two(first, second string, n int) (_ *res, retErr error) {
	a, err := openRes(first)
	if err != nil {
		return nil, err
	}
	defer func() {
		if retErr != nil {
			a.Close()
		}
	}()
	b, err := openRes(second)
	if err != nil {
		return nil, err
	}
	if n == 1 {
		b.Close()
		return nil, errors.New("one")
	}
	if n == 2 {
		b.Close()
		return nil, errors.New("two")
	}
	b.Close()
	return a, nil
}

var made = func(name string, n int) (_ *res, retErr error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if retErr != nil {
			r.Close()
		}
	}()
	if n == 1 {
		return nil, errors.New("one")
	}
	if n == 2 {
		return nil, errors.New("two")
	}
	if n == 3 {
		return nil, errors.New("three")
	}
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

func panicking() (r *res, err error) {
	defer func() { err = fmt.Errorf("recovered: %v", recover()) }()
	r, err = panics("p", 4)
	return nil, nil
}

func main() {
	for n := range 6 {
		try(fmt.Sprint("unnamed ", n), func() (*res, error) { return unnamed("u", n) })
		try(fmt.Sprint("named ", n), func() (*res, error) { return named("n", n) })
		try(fmt.Sprint("blank ", n), func() (*res, error) { return blank("b", n) })
		try(fmt.Sprint("made ", n), func() (*res, error) { return made("m", n) })
		try(fmt.Sprint("two ", n), func() (*res, error) { return two("first", "second", n) })
		try(fmt.Sprint("in struct ", n), func() (*res, error) {
			h, err := inStruct("s", n)
			if h == nil {
				return nil, err
			}
			return h.r, err
		})
		if n != 4 {
			try(fmt.Sprint("panics ", n), func() (*res, error) { return panics("p", n) })
		}
	}
	try("two, second fails", func() (*res, error) { return two("first", "", 0) })
	r, err := panicking()
	fmt.Println(r == nil, err, open)
}
