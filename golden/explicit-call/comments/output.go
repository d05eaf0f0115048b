package main

import (
	"fmt"
	"sync"
)

type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) get(raw bool) int {
	c.mu.Lock()
	// Held while n is read.
	// Raw values may be negative.
	if raw {
		n := c.n
		c.mu.Unlock()
		return n // as it is
	}
	/* at least */
	n := max(c.n, 0)
	// until the end
	c.mu.Unlock()
	return n // nothing
}

func main() {
	c := &counter{n: -1}
	fmt.Println(c.get(true), c.get(false), c.mu.TryLock())
}
