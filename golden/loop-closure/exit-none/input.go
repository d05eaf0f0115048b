package main

import "fmt"

type ledger struct {
	account string
	locked  bool
}

func lock(account string) *ledger {
	fmt.Println("lock", account)
	return &ledger{account, true}
}

func (l *ledger) add(amount int) { fmt.Println("add", amount, l.account, l.locked) }

func (l *ledger) Unlock() {
	l.locked = false
	fmt.Println("~ unlock", l.account)
}

func credit(amount int, accounts ...string) {
	for _, account := range accounts {
		l := lock(account)
		defer l.Unlock()
		if amount > 100 {
			fmt.Println("large", amount)
		}
		l.add(amount)
	}
	fmt.Println("credited", len(accounts))
}

func main() {
	credit(5, "alice", "bob")
	credit(500, "carol")
}
