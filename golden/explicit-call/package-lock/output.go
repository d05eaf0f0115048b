package main

import (
	"fmt"
	"sync"
)

var (
	mu       sync.RWMutex
	registry = map[string]int{"a": 1}
)

func lookup(name string) (int, bool) {
	mu.RLock()
	n, ok := registry[name]
	mu.RUnlock()
	return n, ok
}

func count() int {
	mu.RLock()
	n := len(registry)
	mu.RUnlock()
	return n
}

func main() {
	fmt.Println(lookup("a"))
	fmt.Println(lookup("b"))
	fmt.Println(count(), mu.TryLock())
}
