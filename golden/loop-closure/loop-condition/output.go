package main

import "fmt"

type queue struct {
	names []string
}

func (q *queue) empty() bool { return len(q.names) == 0 }

func (q *queue) pop() *lease {
	name := q.names[0]
	q.names = q.names[1:]
	fmt.Println("lease", name)
	return &lease{name: name}
}

type lease struct {
	name  string
	ended bool
}

func (l *lease) renew() { fmt.Println("renew", l.name, l.ended) }

func (l *lease) Close() {
	l.ended = true
	fmt.Println("~ end", l.name)
}

func drain(q *queue) {
	for !q.empty() {
		func() {
			l := q.pop()
			defer l.Close()
			l.renew()
		}()
	}
	fmt.Println("drained")
}

func main() {
	drain(&queue{names: []string{"a", "b", "c"}})
	drain(&queue{})
}
