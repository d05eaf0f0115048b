package main

import (
	"fmt"
	"sync"
)

type gauge struct {
	mu   sync.Mutex
	low  int
	high int
}

func (g *gauge) span(wide bool) (low, high int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	low = g.low
	if wide {
		high = 100
		return
	}
	return low, g.high
}

func (g *gauge) zero() (low, high int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.low, g.high = 0, 0
	return 0, 0
}

func main() {
	g := &gauge{low: 1, high: 5}
	fmt.Println(g.span(false))
	fmt.Println(g.span(true))
	fmt.Println(g.zero())
	fmt.Println(g.span(false))
	fmt.Println(g.mu.TryLock())
}
