package main

import (
	"fmt"
	"sync"
)

type account struct {
	mu      sync.Mutex
	balance int
}

func total(accounts []*account) int {
	sum := 0
	for _, a := range accounts {
		a.mu.Lock()
		defer a.mu.Unlock()
		sum += a.balance
	}
	return sum
}

func main() {
	fmt.Println(total([]*account{{balance: 10}, {balance: 5}}))
}
