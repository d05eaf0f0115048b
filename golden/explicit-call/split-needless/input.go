package main

import (
	"errors"
	"fmt"
	"sync"
)

var errClosed = errors.New("closed")

type store struct {
	mu     sync.Mutex
	closed bool
}

func (s *store) get(n int, f func(int) error) error {
	defer fmt.Println("left")
	s.mu.Lock()
	if s.closed {
		defer s.mu.Unlock()
		return errClosed
	}
	s.mu.Unlock()
	switch n {
	case 0:
		return f(0)
	case 1:
		return f(1)
	case 2:
		return f(2)
	case 3:
		return f(3)
	case 4:
		return f(4)
	case 5:
		return f(5)
	case 6:
		return f(6)
	}
	return nil
}

func main() {
	s := &store{}
	for n := range 9 {
		s.closed = n == 5
		fmt.Println(s.get(n, func(n int) error { return fmt.Errorf("%d %t", n, s.mu.TryLock()) }))
		s.mu.TryLock()
		s.mu.Unlock()
	}
}
