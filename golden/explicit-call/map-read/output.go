package main

import (
	"fmt"
	"sync"
)

type store struct {
	mu sync.RWMutex
	m  map[string]int
}

func (s *store) get(key string) (int, bool) {
	s.mu.RLock()

	v, ok := s.m[key]
	s.mu.RUnlock()
	return v, ok
}

func main() {
	s := &store{m: map[string]int{"a": 1}}
	fmt.Println(s.get("a"))
	fmt.Println(s.get("b"))
	fmt.Println(s.mu.TryLock())
}
