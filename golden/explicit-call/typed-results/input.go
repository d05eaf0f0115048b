package main

import (
	"fmt"
	"sync"
)

type flag bool

type bits struct {
	mu sync.Mutex
	n  uint
}

func (b *bits) empty() flag {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.n == 0
}

func (b *bits) mask() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return 1 << b.n
}

func (b *bits) full() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.n == 64
}

func main() {
	b := &bits{n: 40}
	fmt.Println(b.empty(), b.mask(), b.full(), b.mu.TryLock())
}
