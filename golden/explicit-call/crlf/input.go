package main

import (
	"fmt"
	"sync"
)

var mu sync.Mutex

func work(n int) (int, int) {
	mu.Lock()
	defer mu.Unlock()
	if n > 1 {
		return n, -n
	}
	return 0, n
}

func main() {
	fmt.Println(work(1))
	fmt.Println(work(2))
}
