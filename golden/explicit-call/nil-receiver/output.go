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
	func() {
		defer func() { fmt.Println("panic:", recover()) }()
		var c *counter
		fmt.Println(c.value())
	}()
	fmt.Println(new(counter).value())
}
