package main

import "fmt"

type box struct{ n int }

func (b *box) bump() int {
	b.n++
	fmt.Println("bump", b.n)
	return b.n
}

func (b *box) done() {
	b.n *= 10
	fmt.Println("~ done", b.n)
}

func (b *box) three() (int, int, int) {
	defer b.done()
	return b.bump(), 5, b.bump()
}

func main() {
	b := &box{}
	fmt.Println(b.three())
	fmt.Println(b.n)
}
