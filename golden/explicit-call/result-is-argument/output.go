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
	m = spare
	origM.Unlock()
	return
}

func before() (n int64) {
	n = 1
	origN := n
	n = int64(count)
	last.Store(origN)
	return
}

func named() (n int64) {
	n = 2
	last.Store(n)
	return n
}

func pair() (n int64, m *sync.Mutex) {
	n = 4
	m = spare
	last.Store(n)
	return
}

func constant() (n int64) {
	n = 5
	last.Store(n)
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
