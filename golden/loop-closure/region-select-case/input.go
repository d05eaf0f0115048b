package main

import (
	"errors"
	"fmt"
)

type conn struct {
	id   int
	dead bool
}

func accept(id int) *conn { return &conn{id: id} }

func (c *conn) handle() error {
	fmt.Println("handle", c.id, c.dead)
	if c.id == 3 {
		return errors.New("protocol error")
	}
	return nil
}

func (c *conn) Close() error {
	c.dead = true
	fmt.Println("~ close", c.id)
	return nil
}

func serve(ids chan int) error {
	for {
		select {
		case id := <-ids:
			c := accept(id)
			defer c.Close()
			if err := c.handle(); err != nil {
				return fmt.Errorf("conn %d: %w", c.id, err)
			}
		default:
			fmt.Println("idle")
			return nil
		}
	}
}

func main() {
	for _, n := range []int{2, 4} {
		ids := make(chan int, n)
		for id := range n {
			ids <- id + 1
		}
		fmt.Println(serve(ids))
	}
}
