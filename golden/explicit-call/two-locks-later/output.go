package main

import (
	"fmt"
	"sync"
)

type traced struct{ name string }

func (t *traced) Lock()   { fmt.Println("lock", t.name) }
func (t *traced) Unlock() { fmt.Println("~ unlock", t.name) }

type pair struct {
	a, b traced
	n    sync.Mutex
	x, y int
}

func (p *pair) sum(both bool) int {
	p.a.Lock()
	if !both {
		x := p.x
		p.a.Unlock()
		return x
	}
	p.b.Lock()
	n := p.x + p.y
	p.b.Unlock()
	p.a.Unlock()
	return n
}

func main() {
	p := &pair{a: traced{"a"}, b: traced{"b"}, x: 1, y: 2}
	fmt.Println(p.sum(false))
	fmt.Println(p.sum(true))
}
