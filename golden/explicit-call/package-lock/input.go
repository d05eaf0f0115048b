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
	defer mu.RUnlock()
	n, ok := registry[name]
	return n, ok
}

func count() int {
	mu.RLock()
	defer mu.RUnlock()
	return len(registry)
}

func main() {
	fmt.Println(lookup("a"))
	fmt.Println(lookup("b"))
	fmt.Println(count(), mu.TryLock())
}
