package main

import (
	"fmt"
	"sync"
)

type pool struct {
	mu sync.Mutex
	fs []func() int
}

func (p *pool) sum(limit int) (int, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	total := 0
	for i, f := range p.fs {
		if i >= limit {
			return total, false
		}
		defer fmt.Println("~ done", i, total)
		total += f()
	}
	return total, true
}

func main() {
	p := &pool{fs: []func() int{func() int { return 1 }, func() int { return 2 }}}
	fmt.Println(p.sum(1))
	fmt.Println(p.sum(5))
	fmt.Println(p.mu.TryLock())
}
