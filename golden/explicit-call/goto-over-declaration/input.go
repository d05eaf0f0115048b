package main

import (
	"fmt"
	"sync"
)

type box struct {
	mu sync.Mutex
	n  int
}

func (b *box) get(zero bool) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if zero {
		goto out
	}
	return b.n
out:
	return 0
}

func main() {
	b := &box{n: 2}
	fmt.Println(b.get(true), b.get(false), b.mu.TryLock())
}
