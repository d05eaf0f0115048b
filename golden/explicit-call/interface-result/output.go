package main

import (
	"fmt"
	"sync"
)

type failure struct{}

func (*failure) Error() string { return "failure" }

type box struct {
	mu   sync.Mutex
	fail *failure
}

func (b *box) err() error {
	b.mu.Lock()
	err := b.fail
	b.mu.Unlock()
	return err
}

func main() {
	b := &box{}
	fmt.Println(b.err() == nil, b.mu.TryLock())
}
