package main

import (
	"errors"
	"fmt"
	"sync"
)

var (
	errBad = errors.New("bad")
	global sync.Mutex
)

type store struct {
	mu sync.Mutex
	n  int
	f  func() error
}

func (s *store) leave() { s.mu.Unlock() }

func (s *store) leaveDeep() { s.leave() }

func leaveOther(s *store) { s.leaveDeep() }

// Whoever asks gets the lock.
func (s *store) acquire(n int) error {
	s.mu.Lock()
	if n < 0 {
		s.mu.Unlock()
		return errBad
	}
	return nil
}

func (s *store) never(n int) error {
	s.mu.Lock()
	if n < 0 {
		return errBad
	}
	s.n = n
	return nil
}

func (s *store) deferred(n int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n < 0 {
		return errBad
	}
	return nil
}

func (s *store) deferredLiteral(n int) error {
	s.mu.Lock()
	defer func() { s.mu.Unlock() }()
	if n < 0 {
		return errBad
	}
	return nil
}

func (s *store) helper(n int) error {
	s.mu.Lock()
	if n < 0 {
		s.leave()
		return errBad
	}
	s.mu.Unlock()
	return nil
}

func (s *store) helperDeep(n int) error {
	s.mu.Lock()
	if n < 0 {
		s.leaveDeep()
		return errBad
	}
	s.mu.Unlock()
	return nil
}

func (s *store) helperFunction(n int) error {
	s.mu.Lock()
	if n < 0 {
		leaveOther(s)
		return errBad
	}
	s.mu.Unlock()
	return nil
}

func (s *store) underCondition(n int) error {
	s.mu.Lock()
	done := false
	if n < 0 {
		s.mu.Unlock()
		done = true
	}
	if done {
		return errBad
	}
	s.mu.Unlock()
	return nil
}

func (s *store) perhapsLocked(n int, lock bool) error {
	if lock {
		s.mu.Lock()
	}
	if n < 0 {
		return errBad
	}
	if lock {
		s.mu.Unlock()
	}
	return nil
}

func (s *store) handedOn(n int) (*store, error) {
	s.mu.Lock()
	if n < 0 {
		keep(&s.mu)
		return nil, errBad
	}
	s.mu.Unlock()
	return s, nil
}

func keep(l sync.Locker) { l.Unlock() }

func (s *store) throughInterface(n int) error {
	var l sync.Locker = &s.mu
	s.mu.Lock()
	if n < 0 {
		l.Unlock()
		return errBad
	}
	s.mu.Unlock()
	return nil
}

func (s *store) throughAnother(n int) error {
	t := s
	s.mu.Lock()
	if n < 0 {
		t.mu.Unlock()
		return errBad
	}
	s.mu.Unlock()
	return nil
}

func (s *store) methodValue(n int) error {
	unlock := s.mu.Unlock
	s.mu.Lock()
	if n < 0 {
		unlock()
		return errBad
	}
	s.mu.Unlock()
	return nil
}

func (s *store) goroutine(n int) error {
	s.mu.Lock()
	if n < 0 {
		go s.leave()
		return errBad
	}
	s.mu.Unlock()
	return nil
}

func (s *store) maybeNil(n int) error {
	s.mu.Lock()
	var err error
	if n < 0 {
		err = errBad
	}
	if n == 0 {
		return err
	}
	s.mu.Unlock()
	return err
}

func (s *store) panics(n int) error {
	s.mu.Lock()
	if n < 0 {
		panic("negative")
	}
	s.mu.Unlock()
	return nil
}

func (s *store) all(n int) error {
	s.mu.Lock()
	if n < 0 {
		s.mu.Unlock()
		return errBad
	}
	s.mu.Unlock()
	return nil
}

func (s *store) relocks(n int) error {
	s.mu.Lock()
	s.n++
	s.mu.Unlock()
	if n < 0 {
		return errBad
	}
	s.mu.Lock()
	s.n++
	s.mu.Unlock()
	return nil
}

// A literal may give it back wherever it is called.
func (s *store) literalBefore(n int) error {
	fail := func() error {
		s.leave()
		return errBad
	}
	s.mu.Lock()
	if n < 0 {
		return errors.Join(fail(), errBad)
	}
	if n == 0 {
		fail()
		return errBad
	}
	s.mu.Unlock()
	return nil
}

func (s *store) literalWithAnother(n int) error {
	fail := func() error {
		t := s
		t.mu.Unlock()
		return errBad
	}
	s.mu.Lock()
	if n < 0 {
		fail()
		return errBad
	}
	s.mu.Unlock()
	return nil
}

// The defer is passed first.
func (s *store) deferredBefore(n int) error {
	if n > 0 {
		defer s.mu.Unlock()
	}
	s.mu.Lock()
	if n < 0 {
		s.mu.Unlock()
		return errBad
	}
	return errBad
}

// Others may give back what a literal has from outside.
func literal(s *store) func(int) error {
	return func(n int) error {
		s.mu.Lock()
		if n < 0 {
			return errBad
		}
		s.mu.Unlock()
		return nil
	}
}

// Any function may give the lock of a package back.
func ofPackage(n int) error {
	global.Lock()
	if n < 0 {
		globally()
		return errBad
	}
	global.Unlock()
	return nil
}

func globally() { global.Unlock() }

func main() {
	for _, n := range []int{-1, 1} {
		for i, f := range []func(*store) error{
			func(s *store) error { return s.acquire(n) },
			func(s *store) error { return s.never(n) },
			func(s *store) error { return s.deferred(n) },
			func(s *store) error { return s.deferredLiteral(n) },
			func(s *store) error { return s.helper(n) },
			func(s *store) error { return s.helperDeep(n) },
			func(s *store) error { return s.helperFunction(n) },
			func(s *store) error { return s.underCondition(n) },
			func(s *store) error { return s.perhapsLocked(n, false) },
			func(s *store) error { _, err := s.handedOn(n); return err },
			func(s *store) error { return s.throughInterface(n) },
			func(s *store) error { return s.throughAnother(n) },
			func(s *store) error { return s.methodValue(n) },
			func(s *store) error { return s.goroutine(n) },
			func(s *store) error { return s.maybeNil(n) },
			func(s *store) error { return s.all(n) },
			func(s *store) error { return s.relocks(n) },
			func(s *store) error { return literal(s)(1) },
			func(s *store) error { return s.literalBefore(n) },
			func(s *store) error { return s.literalWithAnother(n) },
			func(s *store) error { return s.deferredBefore(n) },
			func(s *store) error { return ofPackage(n) },
		} {
			fmt.Println(i, f(&store{}))
		}
	}
	(&store{}).panics(1)
}
