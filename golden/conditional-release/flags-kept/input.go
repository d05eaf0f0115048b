package main

import (
	"errors"
	"fmt"
	"os"
	"sync"
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

func byResult(name string, bad bool) (r2 *res, err error) {
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
	if name == "b" {
		return nil, errors.New("b")
	}
	return r, nil
}

// The variable itself is what is returned.
func byVariable(name string, bad bool) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			r.Close()
		}
	}()
	if err = r.check(bad); err != nil {
		return nil, err
	}
	err = r.check(name == "b")
	if err != nil {
		return nil, fmt.Errorf("b: %w", err)
	}
	return r, nil
}

var held = map[string]*res{}

// What is kept elsewhere may stay open with an error.
func registered(name string, bad bool) (*res, error) {
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
	held[name] = r
	keep = true
	if bad {
		return nil, errors.New("bad, and kept")
	}
	return r, nil
}

// Who asks may change the flag.
func byHelper(name string, bad bool) (*res, error) {
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
	set := func(value bool) { keep = value }
	set(true)
	if bad {
		set(false)
		return nil, errors.New("bad")
	}
	return r, nil
}

func conditional(mu *sync.Mutex, lock, bad bool) error {
	if lock {
		mu.Lock()
		defer mu.Unlock()
	}
	if bad {
		return errors.New("bad")
	}
	return nil
}

func asked(mu *sync.Mutex, release, bad bool) error {
	mu.Lock()
	if release {
		defer mu.Unlock()
	}
	if bad {
		return errors.New("bad")
	}
	return nil
}

func unlocked(mu *sync.Mutex, bad bool) (err error) {
	mu.Lock()
	defer func() {
		if err != nil {
			mu.Unlock()
		}
	}()
	if bad {
		return errors.New("bad")
	}
	return nil
}

func main() {
	for _, bad := range []bool{false, true} {
		for _, name := range []string{"a", "b", ""} {
			_, err := keptByFlag(name, bad)
			fmt.Println(err)
			_, err = byResult(name, bad)
			fmt.Println(err)
			_, err = byVariable(name, bad)
			fmt.Println(err)
			_, err = registered(name, bad)
			fmt.Println(err)
			_, err = byHelper(name, bad)
			fmt.Println(err)
		}
		var mu sync.Mutex
		fmt.Println(conditional(&mu, true, bad), asked(&mu, true, bad), unlocked(&mu, bad))
	}
}
