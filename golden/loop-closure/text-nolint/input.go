package main

import "fmt"

type item struct{ n int }

func take(n int) *item {
	fmt.Println("take", n)
	return &item{n}
}

func (i *item) Close() { fmt.Println("~ put back", i.n) }

func all(n int) {
	for i := range n {
		it := take(i)
		defer it.Close() //nolint
		fmt.Println("use", it.n)
	}
}

func named(n int) {
	for i := range n {
		it := take(i)
		defer it.Close() //nolint:errcheck,defermod // few items
		fmt.Println("use", it.n)
	}
}

func main() {
	all(2)
	named(1)
}
