package main

import "fmt"

type lot struct {
	id   string
	sold bool
}

func offer(id string) *lot {
	fmt.Println("offer", id)
	return &lot{id: id}
}

func (l *lot) price() int { return len(l.id) * 10 }

func (l *lot) Close() {
	l.sold = true
	fmt.Println("~ close", l.id)
}

func auction(limit int, ids ...string) (winner string, price int) {
	for _, id := range ids {
		if done := func() bool {
			l := offer(id)
			defer l.Close()
			if p := l.price(); p <= limit {
				winner, price = l.id, p
				return true
			}
			fmt.Println("too dear", id, l.sold)
			return false
		}(); done {
			return
		}
	}
	return "", limit
}

func main() {
	fmt.Println(auction(30, "grandfather-clock", "cup", "pot"))
	fmt.Println(auction(10, "clock"))
}
