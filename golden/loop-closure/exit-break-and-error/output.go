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
		stop, err := func() (bool, error) {
			c := openChunk(n)
			defer c.Close()
			copied, err := c.copy()
			if err != nil {
				return false, err
			}
			if copied == 0 {
				return true, nil
			}
			total += copied
			return false, nil
		}()
		if err != nil {
			return total, err
		}
		if stop {
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
