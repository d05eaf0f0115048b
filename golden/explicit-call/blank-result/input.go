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
	defer b.mu.Unlock()
	return b.v, nil
}

func main() {
	b := &box{v: 5}
	fmt.Println(b.get())
	fmt.Println(b.mu.TryLock())
}
