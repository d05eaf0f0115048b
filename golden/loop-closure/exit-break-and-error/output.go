package main

import (
	"errors"
	"fmt"
)

type chunk struct {
	n      int
	closed bool
}

func openChunk(n int) *chunk {
	fmt.Println("open", n)
	return &chunk{n: n}
}

func (c *chunk) copy() (int, error) {
	fmt.Println("copy", c.n, c.closed)
	if c.n == 13 {
		return 0, errors.New("unlucky chunk")
	}
	return c.n % 4, nil
}

func (c *chunk) Close() error {
	c.closed = true
	fmt.Println("~ close", c.n)
	return nil
}

func copyFrom(first int) (int, error) {
	total := 0
	for n := first; ; n++ {
		if exit, n, err := func() (int, int, error) {
			c := openChunk(n)
			defer c.Close()
			copied, err := c.copy()
			if err != nil {
				return 1, total, err
			}
			if copied == 0 {
				return 2, 0, nil
			}
			total += copied
			return 0, 0, nil
		}(); exit == 1 {
			return n, err
		} else if exit == 2 {
			break
		}
	}
	fmt.Println("end of input")
	return total, nil
}

func main() {
	fmt.Println(copyFrom(1))
	fmt.Println(copyFrom(13))
}
