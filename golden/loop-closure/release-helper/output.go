package main

import (
	"errors"
	"fmt"
	"io"
)

type pipe struct {
	name   string
	closed bool
}

func open(name string) *pipe {
	fmt.Println("open", name)
	return &pipe{name: name}
}

func (p *pipe) Close() error {
	p.closed = true
	fmt.Println("~ close", p.name)
	if p.name == "" {
		return errors.New("nameless pipe")
	}
	return nil
}

func closeOrReport(c io.Closer) {
	if err := c.Close(); err != nil {
		fmt.Println("~ warning:", err)
	}
}

func drain(names ...string) {
	for _, name := range names {
		func() {
			p := open(name)
			defer closeOrReport(p)
			fmt.Println("drain", p.name, p.closed)
		}()
	}
}

func main() {
	drain("a", "", "b")
}
