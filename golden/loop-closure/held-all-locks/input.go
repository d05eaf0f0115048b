package main

import (
	"fmt"
	"sync"
)

type account struct {
	mu      sync.Mutex
	id      int
	balance int
}

func transferAll(accounts []*account, to *account) {
	for _, a := range accounts {
		a.mu.Lock()
		defer a.mu.Unlock()
	}
	for _, a := range accounts {
		if a.mu.TryLock() {
			fmt.Println("not locked:", a.id)
			a.mu.Unlock()
		}
		to.balance += a.balance
		a.balance = 0
	}
	fmt.Println("moved", to.balance)
}

func main() {
	accounts := []*account{{id: 1, balance: 10}, {id: 2, balance: 5}}
	transferAll(accounts, new(account))
	for _, a := range accounts {
		fmt.Println("unlocked", a.id, a.mu.TryLock())
	}
}
