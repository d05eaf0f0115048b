package main

import (
	"fmt"
	"sync"
)

type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) value() int {
	c.mu.Lock()
	n := c.n
	c.mu.Unlock()
	return n
}

func main() {
	c := &counter{n: 3}
	fmt.Println(c.value(), c.mu.TryLock())
}
