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

func (c *chunk) copy() int {
	fmt.Println("copy", c.n, c.closed)
	return c.n % 4
}

func (c *chunk) Close() error {
	c.closed = true
	fmt.Println("~ close", c.n)
	return nil
}

func locate(n int) (string, error) {
	if n == 5 {
		return "", errors.New("no place of its own")
	}
	return fmt.Sprint("place ", n), nil
}

// The literal that stays looks at the err of its iteration, which the copy must not set.
func told(first int) error {
	for n := first; ; n++ {
		place, err := locate(n)
		defer func() {
			fmt.Println("located", place, err)
		}()
		c := openChunk(n)
		defer c.Close()
		if err != nil {
			break
		}
		if c.copy() == 3 {
			return errors.New("unlucky chunk")
		}
	}
	return nil
}

// Nor must it where the err is looked at again after the copy.
func looked(first int) error {
	for n := first; ; n++ {
		place, err := locate(n)
		{
			c := openChunk(n)
			defer c.Close()
			if err != nil && c.copy() == 1 {
				fmt.Println("go on")
			} else if c.copy() == 3 {
				return errors.New("unlucky chunk")
			}
			if n > 5 {
				break
			}
		}
		fmt.Println(place, err)
	}
	return nil
}

// The err that nobody looks at any more may be set.
func kept(first int) error {
	for n := first; ; n++ {
		place, err := locate(n)
		c := openChunk(n)
		defer c.Close()
		if err != nil {
			break
		}
		fmt.Println(place)
		if c.copy() == 3 {
			return errors.New("unlucky chunk")
		}
	}
	return nil
}

func main() {
	fmt.Println(told(2), told(4))
	fmt.Println(looked(2), looked(5))
	fmt.Println(kept(2), kept(4))
}
