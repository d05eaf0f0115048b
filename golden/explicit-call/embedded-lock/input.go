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
	defer c.Unlock()
	c.n++
	return c.n
}

func main() {
	c := &counter{}
	fmt.Println(c.next(), c.next(), c.TryLock())
}
