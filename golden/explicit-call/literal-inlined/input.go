package main

import (
	"fmt"
	"sync"
)

type queue struct {
	mu   sync.Mutex
	busy int
}

func (q *queue) use(n int) int {
	q.mu.Lock()
	defer func() {
		q.busy--
		q.mu.Unlock()
	}()
	q.busy++
	return q.busy + n
}

func main() {
	q := &queue{}
	fmt.Println(q.use(1), q.busy, q.mu.TryLock())
}
