package main

import (
	"fmt"
	"sync"
)

type state struct {
	mu sync.Mutex
	n  int
}

func work(n int) int {
	var s state
	s.mu.Lock()
	s.n = n
	count := s.n
	s.mu.Unlock()
	return count
}

func main() {
	fmt.Println(work(7))
}
