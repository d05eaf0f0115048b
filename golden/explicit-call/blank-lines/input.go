package main

import (
	"fmt"
	"sync"
)

type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) add() {
	c.mu.Lock()

	defer c.mu.Unlock()

	c.n++
}

func bye() { fmt.Println("~ bye") }

func (c *counter) last() {
	fmt.Println("last")

	defer bye()
}

func (c *counter) first() {
	defer bye()

	fmt.Println("first")
}

func main() {
	c := &counter{}
	c.add()
	c.first()
	c.last()
	fmt.Println(c.n, c.mu.TryLock())
}
