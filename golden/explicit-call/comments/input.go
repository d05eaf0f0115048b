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
	defer c.mu.Unlock() // until the end
	// Raw values may be negative.
	if raw {
		return c.n // as it is
	}
	/* at least */
	return max(c.n, 0) // nothing
}

func main() {
	c := &counter{n: -1}
	fmt.Println(c.get(true), c.get(false), c.mu.TryLock())
}
