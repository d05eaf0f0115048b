package main

import (
	"fmt"
	"sync"
)

type account struct {
	mu      sync.Mutex
	balance int
}

func (a *account) locked() bool {
	if a.mu.TryLock() {
		a.mu.Unlock()
		return false
	}
	return true
}

func total(accounts []*account) (sum int) {
	for _, a := range accounts {
		func() {
			a.mu.Lock()
			defer a.mu.Unlock()
			fmt.Println("read", a.balance, a.locked())
			sum += a.balance
		}()
	}
	return sum
}

func main() {
	fmt.Println(total([]*account{{balance: 10}, {balance: 5}}))
}
