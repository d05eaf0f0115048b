package main

import (
	"fmt"
	"sync"
)

type stats struct {
	hits, misses int
}

type cache struct {
	mu   sync.Mutex
	hits int
	all  int
}

func (c *cache) stats() stats {
	c.mu.Lock()
	result := stats{
		hits:   c.hits,
		misses: c.all - c.hits, // the rest
	}
	c.mu.Unlock()
	return result
}

func (c *cache) pointer() (*stats, error) {
	c.mu.Lock()
	result := &stats{
		hits: c.hits,
	}
	c.mu.Unlock()
	return result, nil
}

func main() {
	c := &cache{hits: 2, all: 5}
	fmt.Println(c.stats())
	p, err := c.pointer()
	fmt.Println(*p, err, c.mu.TryLock())
}
