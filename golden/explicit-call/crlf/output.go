package main

import (
	"fmt"
	"sync"
)

var mu sync.Mutex

func work(n int) (int, int) {
	mu.Lock()
	if n > 1 {
		mu.Unlock()
		return n, -n
	}
	mu.Unlock()
	return 0, n
}

func main() {
	fmt.Println(work(1))
	fmt.Println(work(2))
}
