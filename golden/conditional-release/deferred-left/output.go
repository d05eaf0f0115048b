package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
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

// Something stands between Close and the return: it would come first.
func between(name string, n int) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	if n == 1 {
		r.Close()
		fmt.Println("removed", name)
		return nil, errors.New("one")
	}
	if n == 2 {
		r.Close()
		return nil, errors.New("two")
	}
	if n == 3 {
		r.Close()
		return nil, errors.New("three")
	}
	return r, nil
}

// What Close says is used.
func used(name string, n int) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	if n == 1 {
		return nil, errors.Join(errors.New("one"), r.Close())
	}
	if n == 2 {
		r.Close()
		return nil, errors.New("two")
	}
	if n == 3 {
		r.Close()
		return nil, errors.New("three")
	}
	if n == 4 {
		r.Close()
		return nil, errors.New("four")
	}
	return r, nil
}

// Another deferred call would come first.
func laterDefer(name string, n int) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	defer fmt.Println("done")
	if n == 1 {
		r.Close()
		return nil, errors.New("one")
	}
	if n == 2 {
		r.Close()
		return nil, errors.New("two")
	}
	if n == 3 {
		r.Close()
		return nil, errors.New("three")
	}
	return r, nil
}

// Each iteration has its own.
func inLoop(names string, n int) (*res, error) {
	for _, name := range strings.Fields(names) {
		r, err := openRes(name)
		if err != nil {
			return nil, err
		}
		if n == 1 {
			r.Close()
			return nil, errors.New("one")
		}
		if n == 2 {
			r.Close()
			return nil, errors.New("two")
		}
		if n == 3 {
			r.Close()
			return nil, errors.New("three")
		}
		r.Close()
	}
	return nil, nil
}

func fail(name string) error {
	fmt.Println("failed:", name)
	return errors.New(name)
}

// A call makes the error.
func callsInReturn(name string, n int) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	if n == 1 {
		r.Close()
		return nil, fail("one")
	}
	if n == 2 {
		r.Close()
		return nil, errors.New("two")
	}
	if n == 3 {
		r.Close()
		return nil, errors.New("three")
	}
	return r, nil
}

type holder struct{ r *res }

var last *holder

// It is somebody else's where the last error is returned.
func keptBeforeError(name string, n int) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	if n == 1 {
		r.Close()
		return nil, errors.New("one")
	}
	if n == 2 {
		r.Close()
		return nil, errors.New("two")
	}
	if n == 3 {
		r.Close()
		return nil, errors.New("three")
	}
	last = &holder{r}
	if n == 4 {
		return nil, errors.New("four")
	}
	return r, nil
}

// Whether there is an error when it is given away isn't known.
func unknownError(name string, n int) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	if n == 1 {
		r.Close()
		return nil, errors.New("one")
	}
	if n == 2 {
		r.Close()
		return nil, errors.New("two")
	}
	if n == 3 {
		r.Close()
		return nil, errors.New("three")
	}
	return r, r.check(n == 4)
}

// The result has another meaning where the literal would stand.
func hidden(name string, n int) (made *res, err error) {
	if n >= 0 {
		r, err := openRes(name)
		if err != nil {
			return nil, err
		}
		if n == 1 {
			r.Close()
			return nil, errors.New("one")
		}
		if n == 2 {
			r.Close()
			return nil, errors.New("two")
		}
		if n == 3 {
			r.Close()
			return nil, errors.New("three")
		}
		return r, nil
	}
	return nil, nil
}

// A comment would be left behind.
func commented(name string, n int) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	if n == 1 {
		r.Close() // don't leak it
		return nil, errors.New("one")
	}
	if n == 2 {
		r.Close()
		return nil, errors.New("two")
	}
	if n == 3 {
		r.Close()
		return nil, errors.New("three")
	}
	return r, nil
}

// Closed by hand once only: a call is less.
func once(name string, n int) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	if n == 1 {
		r.Close()
		return nil, errors.New("one")
	}
	if n == 3 {
		r.Close()
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

func main() {
	for n := range 6 {
		try(fmt.Sprint("between ", n), func() (*res, error) { return between("b", n) })
		try(fmt.Sprint("used ", n), func() (*res, error) { return used("u", n) })
		try(fmt.Sprint("later defer ", n), func() (*res, error) { return laterDefer("l", n) })
		try(fmt.Sprint("in loop ", n), func() (*res, error) { return inLoop("i j", n) })
		try(fmt.Sprint("calls ", n), func() (*res, error) { return callsInReturn("c", n) })
		if n != 4 {
			try(fmt.Sprint("kept ", n), func() (*res, error) { return keptBeforeError("k", n) })
			try(fmt.Sprint("unknown ", n), func() (*res, error) { return unknownError("x", n) })
		}
		try(fmt.Sprint("hidden ", n), func() (*res, error) { return hidden("h", n) })
		try(fmt.Sprint("commented ", n), func() (*res, error) { return commented("d", n) })
		try(fmt.Sprint("once ", n), func() (*res, error) { return once("o", n) })
	}
}
