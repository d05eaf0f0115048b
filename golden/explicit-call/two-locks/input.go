package main

import (
	"fmt"
	"sync"
)

type pair struct {
	a, b sync.Mutex
	x, y int
}

func (p *pair) sum() int {
	p.a.Lock()
	defer p.a.Unlock()
	p.b.Lock()
	defer p.b.Unlock()
	return p.x + p.y
}

func main() {
	p := &pair{x: 1, y: 2}
	fmt.Println(p.sum(), p.a.TryLock(), p.b.TryLock())
}
