package main

import (
	"fmt"
	"sync"
)

var mu sync.Mutex

func locked(f func()) {
	mu.Lock()
	defer mu.Unlock() // in case f panics
	f()
}

func twice(f func()) {
	mu.Lock()
	// Unlock even if one of
	// the calls panics.
	defer mu.Unlock()
	f()
	f()
}

func main() {
	locked(func() { fmt.Println("locked") })
	twice(func() { fmt.Println("twice") })
}
