package main

import (
	"fmt"
	"sync"
)

type box struct {
	mu  sync.Mutex
	n   int
	b   int
	err error
}

func (b *box) first(n int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n > 0 {
		return b.n
	}
	return b.b
}

func (b *box) last() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	err := b.err
	if err == nil {
		return b.n, b.err
	}
	return 0, err
}

func main() {
	b := &box{n: 1, b: 2}
	fmt.Println(b.first(0), b.first(1))
	fmt.Println(b.last())
	fmt.Println(b.mu.TryLock())
}
