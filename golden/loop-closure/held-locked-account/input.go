package main

import (
	"fmt"
	"sync"
)

type account struct {
	mu      sync.Mutex
	balance int
}

type locked struct{ a *account }

func (l *locked) Close()       { l.a.mu.Unlock() }
func (l *locked) Balance() int { return l.a.balance }

type bank struct{ accounts map[string]*account }

func (b *bank) Lock(name string) *locked {
	a := b.accounts[name]
	a.mu.Lock()
	return &locked{a}
}

func sum(b *bank) int {
	total := 0
	for _, name := range []string{"a", "b"} {
		l := b.Lock(name)
		defer l.Close()
		total += l.Balance()
	}
	fmt.Println("all locked:", !b.accounts["a"].mu.TryLock())
	return total
}

func main() {
	b := &bank{map[string]*account{"a": {balance: 1}, "b": {balance: 2}}}
	fmt.Println(sum(b))
}
