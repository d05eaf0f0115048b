package main

import (
	"errors"
	"fmt"
)

type pipe struct {
	n      int
	closed bool
}

func open(n int) *pipe {
	fmt.Println("open", n)
	return &pipe{n: n}
}

func (p *pipe) Close() error {
	p.closed = true
	fmt.Println("~ close", p.n)
	if p.n == 1 {
		return errors.New("pipe 1 was already broken")
	}
	return nil
}

func closeInto(p *pipe, err *error) {
	if e := p.Close(); *err == nil {
		*err = e
	}
}

func drain(n int) (err error) {
	for i := range n {
		p := open(i)
		defer closeInto(p, &err)
		fmt.Println("drain", p.n, p.closed)
	}
	return nil
}

func main() {
	fmt.Println(drain(1))
	fmt.Println(drain(3))
}
