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
	defer b.mu.Unlock()
	if v := n * 2; v > 4 {
		return b.v + v, true
	}
	return b.v, false
}

func main() {
	b := &box{v: 5}
	fmt.Println(b.get(1))
	fmt.Println(b.get(3))
	fmt.Println(b.mu.TryLock())
}
