package main

import "fmt"

type conn struct {
	id   int
	open bool
}

func (c *conn) serve() { fmt.Println("serve", c.id, c.open) }

func (c *conn) Close() error {
	c.open = false
	fmt.Println("~ close", c.id)
	return nil
}

func serveAll(incoming <-chan *conn) {
	for c := range incoming {
		defer c.Close()
		c.serve()
	}
}

func main() {
	incoming := make(chan *conn, 3)
	for id := range 3 {
		incoming <- &conn{id, true}
	}
	close(incoming)
	serveAll(incoming)
	fmt.Println("done")
}
