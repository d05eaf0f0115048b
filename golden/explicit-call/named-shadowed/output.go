package main

import (
	"fmt"
	"sync"
)

type box struct {
	mu sync.Mutex
	v  int
}

func (b *box) get(n int) (v int, ok bool) {
	b.mu.Lock()
	if v := n * 2; v > 4 {
		count := b.v + v
		b.mu.Unlock()
		return count, true
	}
	v, ok = b.v, false
	b.mu.Unlock()
	return
}

func main() {
	b := &box{v: 5}
	fmt.Println(b.get(1))
	fmt.Println(b.get(3))
	fmt.Println(b.mu.TryLock())
}
