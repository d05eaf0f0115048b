package main

import (
	"fmt"
	"sync"
)

type table struct {
	mu   sync.Mutex
	rows []int
}

func (t *table) row(i int) (v int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("no row %d", i)
		}
	}()
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.rows[i], nil
}

func main() {
	t := &table{rows: []int{1}}
	fmt.Println(t.row(0))
	fmt.Println(t.row(1))
	fmt.Println(t.mu.TryLock())
}
