package main

import (
	"fmt"
	"sync"
)

type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) get() int { c.mu.Lock(); defer c.mu.Unlock(); return c.n }

func (c *counter) inc() { c.mu.Lock(); defer c.mu.Unlock(); c.n++ }

func main() {
	c := &counter{}
	c.inc()
	fmt.Println(c.get(), c.mu.TryLock())
}
