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

// Closed by hand on each way out but one, before each return: a plain defer.
func measured(name string, n int) (int, error) {
	r, err := openRes(name)
	if err != nil {
		return 0, err
	}
	if n == 1 {
		r.Close()
		return 0, errors.New("one")
	}
	if err := r.check(n == 2); err != nil {
		return 0, err
	}
	r.Close()
	return n, nil
}

func inBranch(name string, n int) error {
	if n > 0 {
		r, err := openRes(name)
		if err != nil {
			return err
		}
		switch {
		case n == 1:
			r.Close()
			return errors.New("one")
		case n == 2:
			r.Close()
			return nil
		}
		return errors.New("more")
	}
	return nil
}

type store struct {
	mu sync.Mutex
	n  int
}

func (s *store) set(n int) (int, error) {
	s.mu.Lock()
	if n == 1 {
		s.mu.Unlock()
		return 0, errors.New("one")
	}
	if n == 2 {
		return 0, errors.New("two")
	}
	if n > s.n+9 {
		return 0, fmt.Errorf("%d is much more than %d", n, s.n)
	}
	old := s.n
	s.n = n
	s.mu.Unlock()
	return old, nil
}

// What is returned is read under the lock: a call before the return would not do.
func (s *store) told(n int) (int, error) {
	s.mu.Lock()
	if n > s.n {
		return 0, fmt.Errorf("%d of %d", n, s.n)
	}
	s.mu.Unlock()
	return n, nil
}

var mu sync.RWMutex

func shared(n int) error {
	mu.RLock()
	if n == 1 {
		mu.RUnlock()
		return errors.New("one")
	}
	if n == 2 {
		return errors.New("two")
	}
	mu.RUnlock()
	return nil
}

func main() {
	for n := range 4 {
		_, err := measured("m", n)
		fmt.Println("measured", n, err)
		fmt.Println("in branch", n, inBranch("b", n))
		s := &store{n: 2}
		_, err = s.set(n)
		fmt.Println("set", n, err)
		if !s.mu.TryLock() {
			fmt.Println("! locked after set", n)
		}
		s = &store{n: 2}
		_, err = s.told(n)
		fmt.Println("told", n, err)
		if !s.mu.TryLock() {
			fmt.Println("! locked after told", n)
		}
		fmt.Println("shared", n, shared(n))
		if !mu.TryLock() {
			fmt.Println("! locked after shared", n)
			mu.RUnlock()
		} else {
			mu.Unlock()
		}
	}
	s := &store{}
	_, err := s.set(50)
	fmt.Println("set", err)
	if !s.mu.TryLock() {
		fmt.Println("! locked after set")
	}
	if open != 0 {
		fmt.Println("! left open:", open)
	}
}
