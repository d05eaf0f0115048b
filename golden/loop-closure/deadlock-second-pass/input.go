package main

import (
	"fmt"
	"sync"
)

type store struct {
	mu   sync.Mutex
	sums map[string]int
}

func (s *store) addAll(names ...string) {
	for _, name := range names {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.sums[name] += len(name)
		fmt.Println("add", name)
	}
}

func main() {
	s := &store{sums: map[string]int{}}
	s.addAll("one")
	fmt.Println(s.sums)
}
