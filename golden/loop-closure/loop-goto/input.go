package main

import "fmt"

type try struct {
	n int
}

func begin(n int) *try {
	fmt.Println("begin", n)
	return &try{n}
}

func (t *try) ok() bool {
	fmt.Println("try", t.n)
	return t.n == 3
}

func (t *try) Close() { fmt.Println("~ end", t.n) }

func persist() int {
	n := 0
again:
	n++
	t := begin(n)
	defer t.Close()
	if !t.ok() {
		goto again
	}
	return n
}

func main() {
	fmt.Println("tries", persist())
}
