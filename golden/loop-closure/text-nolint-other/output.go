package main

import "fmt"

type item struct {
	n    int
	back bool
}

func take(n int) *item {
	fmt.Println("take", n)
	return &item{n: n}
}

func (i *item) Close() error {
	i.back = true
	fmt.Println("~ put back", i.n)
	return nil
}

func count(n int) int {
	sum := 0
	for i := range n {
		func() {
			it := take(i)
			defer it.Close() //nolint:errcheck // nothing to do about it
			//lint:ignore SA4006 kept for the debugger
			v := it.n * 2
			sum += v //nolint:gosec
			fmt.Println("use", it.n, it.back)
		}()
	}
	return sum
}

func main() {
	fmt.Println(count(3))
}
