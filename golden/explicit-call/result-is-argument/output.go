package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

var (
	spare = new(sync.Mutex)
	count = 3
	last  atomic.Int64
)

func next(held *sync.Mutex) (m *sync.Mutex) {
	m = held
	m.Lock()
	origM := m
	origM.Unlock()
	return spare
}

func before() (n int64) {
	n = 1
	origN := n
	last.Store(origN)
	return int64(count)
}

func named() (n int64) {
	n = 2
	last.Store(n)
	return n
}

func pair() (n int64, m *sync.Mutex) {
	n = 4
	last.Store(n)
	return n, spare
}

func constant() (n int64) {
	n = 5
	origN := n
	last.Store(origN)
	return 6
}

func main() {
	held := new(sync.Mutex)
	spare.Lock()
	fmt.Println(next(held) == spare, held.TryLock(), spare.TryLock())
	fmt.Println(before(), last.Load())
	fmt.Println(named(), last.Load())
	n, m := pair()
	fmt.Println(n, m == spare, last.Load())
	fmt.Println(constant(), last.Load())
}
