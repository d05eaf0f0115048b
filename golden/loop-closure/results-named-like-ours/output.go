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
		if finished := func() bool {
			p := begin(n)
			defer p.Close()
			if p.n%4 == 0 {
				done = true
				return true
			}
			at++
			return false
		}(); finished {
			return
		}
	}
	return
}

func convert(limit int) (exit int, stop string, err error) {
	for n := range 9 {
		done, leave := func() (bool, bool) {
			p := begin(n)
			defer p.Close()
			if p.n == limit {
				exit = 1
				return true, false
			}
			if n == 2 {
				exit, stop, err = 3, "two", errors.New("limit too high")
				return true, false
			}
			if limit < 0 {
				return false, true
			}
			return false, false
		}()
		if done {
			return
		}
		if leave {
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
