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
	defer s.mu.Unlock()
	s.n = n
	return s.n
}

func main() {
	fmt.Println(work(7))
}
