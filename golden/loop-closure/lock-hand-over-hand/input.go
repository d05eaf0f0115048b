package main

import (
	"fmt"
	"sync"
)

type node struct {
	mu    sync.Mutex
	value int
	next  *node
}

func (n *node) print() { fmt.Println("value", n.value) }

func printAll(head *node) {
	for n := head; n != nil; n = n.next {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.print()
	}
}

func main() {
	printAll(&node{value: 1, next: &node{value: 2}})
}
