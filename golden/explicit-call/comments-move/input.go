package main

import (
	"fmt"
	"sync"
)

type box struct {
	mu sync.Mutex
	n  int
}

func (b *box) set(n int) int {
	b.mu.Lock()
	defer b.mu.Unlock() //nolint:errcheck // nothing to check
	if n < 0 {
		return b.n
	}
	b.n = n
	return n
}

func say(text string) {
	fmt.Println("~", text)
}

func work(name string) {
	defer say(name + "!") // with the name as it was
	name = "other"
	fmt.Println(name)
}

func example() {
	defer say("done")
	fmt.Println("example")

	// Output: example
}

func main() {
	b := &box{}
	fmt.Println(b.set(3), b.set(-1), b.mu.TryLock())
	work("first")
	example()
}
