package main

import (
	"errors"
	"fmt"
)

type pass struct {
	n    int
	over bool
}

func begin(n int) *pass {
	fmt.Println("begin", n)
	return &pass{n: n}
}

func (p *pass) Close() {
	p.over = true
	fmt.Println("~ end", p.n)
}

func search(from, to int) (done bool, at int) {
	for n := from; n < to; n++ {
		if retDone := func() bool {
			p := begin(n)
			defer p.Close()
			if p.n%4 == 0 {
				done = true
				return true
			}
			at++
			return false
		}(); retDone {
			return
		}
	}
	return
}

func convert(limit int) (exit int, stop string, err error) {
	for n := range 9 {
		if retExit, exit, stop, err := func() (int, int, string, error) {
			p := begin(n)
			defer p.Close()
			if p.n == limit {
				exit = 1
				return 1, exit, stop, err
			}
			if n == 2 {
				return 1, 3, "two", errors.New("limit too high")
			}
			if limit < 0 {
				return 2, 0, "", nil
			}
			return 0, 0, "", nil
		}(); retExit == 1 {
			return exit, stop, err
		} else if retExit == 2 {
			break
		}
	}
	return
}

func main() {
	fmt.Println(search(1, 3))
	fmt.Println(search(3, 9))
	fmt.Println(convert(1))
	fmt.Println(convert(7))
	fmt.Println(convert(-1))
}
