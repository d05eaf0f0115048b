package main

import "fmt"

type ledger struct {
	account string
	isOpen  bool
}

func open(account string) *ledger {
	fmt.Println("open", account)
	return &ledger{account, true}
}

func (l *ledger) add(amount int) { fmt.Println("add", amount, l.account, l.isOpen) }

func (l *ledger) Close() {
	l.isOpen = false
	fmt.Println("~ close", l.account)
}

func credit(amount int, accounts ...string) {
	for _, account := range accounts {
		func() {
			l := open(account)
			defer l.Close()
			if amount > 100 {
				fmt.Println("large", amount)
			}
			l.add(amount)
		}()
	}
	fmt.Println("credited", len(accounts))
}

func main() {
	credit(5, "alice", "bob")
	credit(500, "carol")
}
