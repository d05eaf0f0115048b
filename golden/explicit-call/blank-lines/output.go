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

	c.n++
	c.mu.Unlock()
}

func bye() { fmt.Println("~ bye") }

func (c *counter) last() {
	fmt.Println("last")

	bye()
}

func (c *counter) first() {
	fmt.Println("first")
	bye()
}

func main() {
	c := &counter{}
	c.add()
	c.first()
	c.last()
	fmt.Println(c.n, c.mu.TryLock())
}
