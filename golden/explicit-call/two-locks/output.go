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
	p.b.Lock()
	n := p.x + p.y
	p.b.Unlock()
	p.a.Unlock()
	return n
}

func main() {
	p := &pair{x: 1, y: 2}
	fmt.Println(p.sum(), p.a.TryLock(), p.b.TryLock())
}
