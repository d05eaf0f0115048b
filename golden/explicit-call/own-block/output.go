package main

import (
	"fmt"
	"sync"
)

type cache struct {
	mu sync.Mutex
	m  map[string]int
}

func (c *cache) get(key string, locked bool) int {
	if !locked {
		c.mu.Lock()
		v := c.m[key]
		c.mu.Unlock()
		return v
	}
	return c.m[key] + 10
}

func main() {
	c := &cache{m: map[string]int{"a": 1}}
	fmt.Println(c.get("a", false), c.get("a", true), c.mu.TryLock())
}
