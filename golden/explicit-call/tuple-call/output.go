package main

import (
	"errors"
	"fmt"
)

type conn struct{ id int }

func (c *conn) release() { fmt.Println("~ release", c.id) }

func (c *conn) ask(q string) (string, error) {
	fmt.Println("ask", q)
	if q == "" {
		return "", errors.New("no question")
	}
	return q + "!", nil
}

func query(c *conn, q string) (string, error) {
	if q == "skip" {
		c.release()
		return "", nil
	}
	v, err := c.ask(q)
	c.release()
	return v, err
}

func main() {
	c := &conn{1}
	fmt.Println(query(c, "a"))
	fmt.Println(query(c, "skip"))
	fmt.Println(query(c, ""))
}
