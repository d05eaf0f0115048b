package main

import (
	"fmt"
	"sync"
)

type counter struct {
	mu sync.Mutex
	n  int
}

// The caller holds the lock.
func (c *counter) release() {
	defer c.mu.Unlock()
	fmt.Println("release")
}

func main() {
	c := &counter{}
	c.mu.Lock()
	c.release()
	fmt.Println(c.mu.TryLock())
}
