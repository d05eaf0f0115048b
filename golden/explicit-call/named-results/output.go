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
	low = g.low
	if wide {
		high = 100
		g.mu.Unlock()
		return
	}
	high = g.high
	g.mu.Unlock()
	return
}

func (g *gauge) zero() (low, high int) {
	g.mu.Lock()
	g.low, g.high = 0, 0
	g.mu.Unlock()
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
