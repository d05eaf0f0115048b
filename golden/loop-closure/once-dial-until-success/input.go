package main

import (
	"errors"
	"fmt"
)

type dialer struct{ failures int }

type conn struct{ try int }

func (d *dialer) dial() (*conn, error) {
	if d.failures > 0 {
		d.failures--
		return nil, errors.New("refused")
	}
	fmt.Println("connected")
	return &conn{d.failures}, nil
}

func (c *conn) ping() error {
	fmt.Println("ping")
	return nil
}

func (c *conn) Close() error {
	fmt.Println("~ close")
	return nil
}

func pingWhenUp(d *dialer) error {
	for {
		c, err := d.dial()
		if err != nil {
			fmt.Println("retry:", err)
			continue
		}
		defer c.Close()
		return c.ping()
	}
}

func main() {
	fmt.Println(pingWhenUp(&dialer{2}))
	fmt.Println(pingWhenUp(&dialer{0}))
}
