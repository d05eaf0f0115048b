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
	defer c.mu.Unlock()
	return stats{
		hits:   c.hits,
		misses: c.all - c.hits, // the rest
	}
}

func (c *cache) pointer() (*stats, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return &stats{
		hits: c.hits,
	}, nil
}

func main() {
	c := &cache{hits: 2, all: 5}
	fmt.Println(c.stats())
	p, err := c.pointer()
	fmt.Println(*p, err, c.mu.TryLock())
}
