package main

import (
	"fmt"
	"sync"
)

type counter struct {
	mu sync.Mutex
	n  int
}

// get is called for every packet.
//
//defermod:hot
func (c *counter) get() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

func (c *counter) set(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n = n
}

func main() {
	c := &counter{}
	c.set(2)
	fmt.Println(c.get(), c.mu.TryLock())
}
