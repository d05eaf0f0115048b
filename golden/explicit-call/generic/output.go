package main

import (
	"fmt"
	"sync"
)

type box[T any] struct {
	mu sync.Mutex
	v  T
}

func (b *box[T]) get() T {
	b.mu.Lock()
	v := b.v
	b.mu.Unlock()
	return v
}

func (b *box[T]) swap(v T) (old T) {
	b.mu.Lock()
	old, b.v = b.v, v
	b.mu.Unlock()
	return old
}

func main() {
	b := &box[string]{v: "a"}
	fmt.Println(b.get(), b.swap("b"), b.get(), b.mu.TryLock())
}
