package main

import "fmt"

type conn struct {
	id   int
	open bool
}

func accept(id int) *conn {
	fmt.Println("accept", id)
	return &conn{id, true}
}

func (c *conn) serve() { fmt.Println("serve", c.id, c.open) }

func (c *conn) Close() error {
	c.open = false
	fmt.Println("~ close", c.id)
	return nil
}

func serveAll(incoming <-chan int) {
	for id := range incoming {
		c := accept(id)
		defer c.Close()
		c.serve()
	}
}

func main() {
	incoming := make(chan int, 3)
	for id := range 3 {
		incoming <- id
	}
	close(incoming)
	serveAll(incoming)
	fmt.Println("done")
}
