package main

import (
	"fmt"
	"sync"
)

func main() {
	var mu sync.Mutex
	n := 0
	add := func(d int) int {
		mu.Lock()
		defer mu.Unlock()
		n += d
		return n
	}
	fmt.Println(add(1), add(2), mu.TryLock())
}
