package main

import (
	"errors"
	"fmt"
	"sync"
)

var errBad = errors.New("bad")

type store struct {
	mu   sync.RWMutex
	n    int
	next *store
}

func (s *store) valid(n int) bool { return n > 0 }

func (s *store) check(n int) error {
	if n > 9 {
		return errBad
	}
	return nil
}

func (s *store) oneOfTwo(n int) error {
	s.mu.Lock()
	if n < 0 {
		return errBad
	}
	s.n = n
	s.mu.Unlock()
	return nil
}

func (s *store) threeWays(n int) (int, error) {
	s.mu.Lock()
	if n < 0 {
		s.mu.Unlock()
		return 0, errBad
	}
	if n == 0 {
		return 0, fmt.Errorf("%d: %w", n, errBad)
	}
	old := s.n
	s.n = n
	s.mu.Unlock()
	return old, nil
}

func (s *store) reads(n int) (int, error) {
	s.mu.RLock()
	if n != 1 {
		return 0, errors.New("not one")
	}
	n += s.n
	s.mu.RUnlock()
	return n, nil
}

func (s *store) methods(n int) error {
	s.mu.Lock()
	if !s.valid(n) {
		return errBad
	}
	if err := s.check(n); err != nil {
		return err
	}
	s.mu.Unlock()
	return nil
}

func (s *store) deep(n int) error {
	s.next.mu.Lock()
	if n < 0 {
		return errBad
	}
	s.next.n++
	s.next.mu.Unlock()
	return nil
}

func (s *store) inLoop(numbers []int) error {
	for _, n := range numbers {
		s.mu.Lock()
		if n < 0 {
			return errBad
		}
		s.n += n
		s.mu.Unlock()
	}
	return nil
}

func (s *store) inSwitch(n int) error {
	s.mu.Lock()
	switch {
	case n < 0:
		return errBad
	case n == 0:
		s.mu.Unlock()
		return nil
	}
	s.n = n
	s.mu.Unlock()
	return nil
}

func variable(n int) (err error) {
	var mu sync.Mutex
	defer func() {
		if !mu.TryLock() {
			fmt.Println("! variable")
		}
	}()
	mu.Lock()
	if n < 0 {
		return errBad
	}
	mu.Unlock()
	return nil
}

// What is returned is read under the lock.
func (s *store) tells(n int) error {
	s.mu.Lock()
	if n > s.n {
		return fmt.Errorf("%d of %d", n, s.n)
	}
	s.n = n
	s.mu.Unlock()
	return nil
}

// So it is here, where a defer would unlock later than before.
func (s *store) tellsMore(n int) error {
	s.mu.Lock()
	if n > s.n {
		return fmt.Errorf("%d of %d", n, s.n)
	}
	s.n = n
	s.mu.Unlock()
	if !s.mu.TryLock() {
		fmt.Println("! still locked")
		return nil
	}
	s.mu.Unlock()
	return nil
}

func visit(numbers []int, f func(int) error) error {
	for _, n := range numbers {
		if err := f(n); err != nil {
			return err
		}
	}
	return nil
}

// The literal gives nothing back.
func (s *store) withLiteral(n int) error {
	s.mu.Lock()
	err := visit([]int{n}, func(n int) error {
		s.n += n
		return s.check(s.n)
	})
	if err != nil {
		return err
	}
	s.mu.Unlock()
	return nil
}

// The defer is for another time.
func (s *store) twice(n int) error {
	s.mu.Lock()
	if n == 0 {
		defer s.mu.Unlock()
		return nil
	}
	s.n = n
	s.mu.Unlock()
	s.mu.Lock()
	if n < 0 {
		return errBad
	}
	s.mu.Unlock()
	return nil
}

func try(name string, f func(s *store) error) {
	s := &store{next: &store{}}
	err := f(s)
	fmt.Println(name, err)
	if !s.mu.TryLock() || !s.next.mu.TryLock() {
		fmt.Println("! locked after", name)
	}
}

func main() {
	for _, n := range []int{-1, 1} {
		try("oneOfTwo", func(s *store) error { return s.oneOfTwo(n) })
		try("reads", func(s *store) error { _, err := s.reads(n); return err })
		try("methods", func(s *store) error { return s.methods(n) })
		try("deep", func(s *store) error { return s.deep(n) })
		try("inLoop", func(s *store) error { return s.inLoop([]int{1, n}) })
		try("inSwitch", func(s *store) error { return s.inSwitch(n) })
		fmt.Println(variable(n))
	}
	for n := -1; n < 2; n++ {
		try("threeWays", func(s *store) error { _, err := s.threeWays(n); return err })
	}
	try("many", func(s *store) error { return s.methods(10) })
	try("tells", func(s *store) error { return s.tells(-1) })
	try("tells", func(s *store) error { return s.tells(1) })
	for _, n := range []int{0, 5, 10} {
		try("with literal", func(s *store) error { return s.withLiteral(n) })
	}
	for n := -1; n < 2; n++ {
		try("twice", func(s *store) error { return s.twice(n) })
	}
	try("tells more", func(s *store) error { return s.tellsMore(-1) })
}
