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
	q.busy++
	count := q.busy + n
	q.busy--
	q.mu.Unlock()
	return count
}

func main() {
	q := &queue{}
	fmt.Println(q.use(1), q.busy, q.mu.TryLock())
}
