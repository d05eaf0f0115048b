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
	defer c.release()
	if q == "skip" {
		return "", nil
	}
	return c.ask(q)
}

func main() {
	c := &conn{1}
	fmt.Println(query(c, "a"))
	fmt.Println(query(c, "skip"))
	fmt.Println(query(c, ""))
}
