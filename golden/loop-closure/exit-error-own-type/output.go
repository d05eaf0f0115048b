package main

import (
	"errors"
	"fmt"
)

type failure struct{ chunk int }

type chunk struct{ n int }

func openChunk(n int) *chunk {
	fmt.Println("open", n)
	return &chunk{n: n}
}

func (c *chunk) copy() int {
	fmt.Println("copy", c.n)
	return c.n % 4
}

func (c *chunk) Close() {
	fmt.Println("~ close", c.n)
}

func locate(n int) (string, error) {
	if n == 6 {
		return "", errors.New("no place of its own")
	}
	return fmt.Sprint("place ", n), nil
}

// What the closure gives is no error, but a pointer of the program's: the err of the list is no place for it.
func each(first int) (err *failure) {
	for n := first; n < 8; n++ {
		place, err := locate(n)
		done, stop, f := func() (bool, bool, *failure) {
			c := openChunk(n)
			defer c.Close()
			if err != nil {
				return false, true, nil
			}
			fmt.Println(place)
			if c.copy() == 3 {
				return true, false, &failure{c.n}
			}
			return false, false, nil
		}()
		if done {
			return f
		}
		if stop {
			break
		}
	}
	return nil
}

func main() {
	for _, first := range []int{2, 4, 5} {
		if err := each(first); err != nil {
			fmt.Println("failed at", err.chunk)
		}
	}
}
