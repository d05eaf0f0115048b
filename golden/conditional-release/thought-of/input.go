package main

import (
	"errors"
	"fmt"
	"os"
	"sync"
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

func deferred(name string) (int, error) {
	r, err := openRes(name)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	if err := r.check(true); err != nil {
		return 0, err
	}
	return 1, nil
}

func keptByFlag(name string, bad bool) (*res, error) {
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
	if err := r.check(bad); err != nil {
		return nil, err
	}
	keep = true
	return r, nil
}

func byTheError(name string, bad bool) (r2 *res, err error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			r.Close()
		}
	}()
	if err := r.check(bad); err != nil {
		return nil, err
	}
	return r, nil
}

func locked(mu *sync.Mutex, name string, lock, bad bool) (*res, error) {
	if lock {
		mu.Lock()
		defer mu.Unlock()
	}
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	if bad {
		r.Close()
		return nil, errors.New("bad")
	}
	return r, nil
}

func byLiteral(name string, bad bool) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	fail := func(err error) (*res, error) {
		r.Close()
		return nil, err
	}
	if err := r.check(bad); err != nil {
		return fail(err)
	}
	return r, nil
}

func main() {
	deferred("a")
	keptByFlag("a", true)
	byTheError("a", true)
	locked(new(sync.Mutex), "a", true, true)
	byLiteral("a", true)
	fmt.Println("left:", open)
	if open > 0 {
		fmt.Println("! left open:", open)
	}
}
