package main

import (
	"fmt"
	"sync"
)

type table struct {
	mu   sync.Mutex
	rows []int
}

func (t *table) row(i int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.rows[i]
}

func main() {
	t := &table{rows: []int{1}}
	func() {
		defer func() { fmt.Println(recover() != nil, t.mu.TryLock()) }()
		t.row(1)
	}()
}
