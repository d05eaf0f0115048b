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
	var result flag = b.n == 0
	b.mu.Unlock()
	return result
}

func (b *bits) mask() uint64 {
	b.mu.Lock()
	var n uint64 = 1 << b.n
	b.mu.Unlock()
	return n
}

func (b *bits) full() bool {
	b.mu.Lock()
	ok := b.n == 64
	b.mu.Unlock()
	return ok
}

func main() {
	b := &bits{n: 40}
	fmt.Println(b.empty(), b.mask(), b.full(), b.mu.TryLock())
}
