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
	if n > 0 {
		count := b.n
		b.mu.Unlock()
		return count
	}
	count := b.b
	b.mu.Unlock()
	return count
}

func (b *box) last() (int, error) {
	b.mu.Lock()
	err := b.err
	if err == nil {
		n, err := b.n, b.err
		b.mu.Unlock()
		return n, err
	}
	b.mu.Unlock()
	return 0, err
}

func main() {
	b := &box{n: 1, b: 2}
	fmt.Println(b.first(0), b.first(1))
	fmt.Println(b.last())
	fmt.Println(b.mu.TryLock())
}
