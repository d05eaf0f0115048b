package main

import "fmt"

type part struct {
	n      int
	closed bool
}

func first() *part {
	fmt.Println("open", 1)
	return &part{n: 1}
}

func (p *part) next() *part {
	fmt.Println("next of", p.n, p.closed)
	if p.n == 3 {
		return nil
	}
	return &part{n: p.n + 1}
}

func (p *part) Close() {
	p.closed = true
	fmt.Println("~ close", p.n)
}

func walk() {
	for p := first(); p != nil; p = p.next() {
		defer p.Close()
		fmt.Println("part", p.n, p.closed)
	}
}

func main() {
	walk()
}
