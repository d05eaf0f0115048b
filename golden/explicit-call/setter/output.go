package main

import (
	"fmt"
	"sync"
)

type counter struct {
	mu sync.Mutex
	n  int
}

// add is called for every request.
func (c *counter) add(d int) {
	c.mu.Lock()
	if d == 0 {
		c.mu.Unlock()
		return // nothing to add
	}
	c.n += d
	// all is added
	c.mu.Unlock()
}

func main() {
	c := &counter{}
	c.add(0)
	c.add(2)
	fmt.Println(c.n, c.mu.TryLock())
}
