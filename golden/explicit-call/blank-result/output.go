package main

import (
	"fmt"
	"sync"
)

type box struct {
	mu sync.Mutex
	v  int
}

func (b *box) get() (_ int, err error) {
	b.mu.Lock()
	v := b.v
	b.mu.Unlock()
	return v, nil
}

func main() {
	b := &box{v: 5}
	fmt.Println(b.get())
	fmt.Println(b.mu.TryLock())
}
