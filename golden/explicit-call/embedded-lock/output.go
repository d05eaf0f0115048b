package main

import (
	"fmt"
	"sync"
)

type counter struct {
	sync.Mutex
	n int
}

func (c *counter) next() int {
	c.Lock()
	c.n++
	n := c.n
	c.Unlock()
	return n
}

func main() {
	c := &counter{}
	fmt.Println(c.next(), c.next(), c.TryLock())
}
