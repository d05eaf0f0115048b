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
	if n < 0 {
		count := b.n
		b.mu.Unlock() //nolint:errcheck // nothing to check
		return count
	}
	b.n = n
	b.mu.Unlock() //nolint:errcheck // nothing to check
	return n
}

func say(text string) {
	fmt.Println("~", text)
}

func work(name string) {
	saved := name + "!"
	name = "other"
	fmt.Println(name)
	say(saved) // with the name as it was
}

func example() {
	fmt.Println("example")

	say("done")

	// Output: example
}

func main() {
	b := &box{}
	fmt.Println(b.set(3), b.set(-1), b.mu.TryLock())
	work("first")
	example()
}
