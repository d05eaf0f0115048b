package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const size = 4

type node struct {
	next *node
	v    int
}

type all struct {
	mu    sync.Mutex
	n     int
	f     float64
	m     map[string]int
	x     any
	head  *node
	fixed [4]int
	list  []int
	when  time.Time
	hits  atomic.Int64
	err   error
}

func (a *all) divide() float64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return float64(a.n/size) / a.f
}

func (a *all) assert() (int, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n, ok := a.x.(int)
	return n, ok
}

func (a *all) write(key string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.m == nil {
		a.m = make(map[string]int)
	}
	a.m[key]++
	return len(a.m)
}

func (a *all) follow() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	total := 0
	for p := a.head; p != nil; p = p.next {
		total++
	}
	if a.head != nil {
		return a.head.v + total
	}
	return -1
}

func (a *all) sum() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	total := a.fixed[3]
	for i := range a.list {
		total += a.list[i]
	}
	return total
}

func (a *all) age() time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.hits.Add(1)
	return time.Since(a.when)
}

func (a *all) failed() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.err != nil
}

func (a *all) reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.m)
	delete(a.m, "x")
	a.list = append(a.list[:0], 7)
	a.x = nil
}

func main() {
	a := &all{n: 9, f: 2, x: 3, head: &node{&node{nil, 1}, 5}, list: []int{1, 2}, when: time.Now()}
	fmt.Println(a.divide())
	fmt.Println(a.assert())
	fmt.Println(a.write("k"), a.follow(), a.sum(), a.age() < time.Hour, a.failed())
	a.reset()
	fmt.Println(a.sum(), len(a.m), a.mu.TryLock())
}
