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
	n := float64(a.n/size) / a.f
	a.mu.Unlock()
	return n
}

func (a *all) assert() (int, bool) {
	a.mu.Lock()
	n, ok := a.x.(int)
	a.mu.Unlock()
	return n, ok
}

func (a *all) write(key string) int {
	a.mu.Lock()
	if a.m == nil {
		a.m = make(map[string]int)
	}
	a.m[key]++
	n := len(a.m)
	a.mu.Unlock()
	return n
}

func (a *all) follow() int {
	a.mu.Lock()
	total := 0
	for p := a.head; p != nil; p = p.next {
		total++
	}
	if a.head != nil {
		n := a.head.v + total
		a.mu.Unlock()
		return n
	}
	a.mu.Unlock()
	return -1
}

func (a *all) sum() int {
	a.mu.Lock()
	total := a.fixed[3]
	for i := range a.list {
		total += a.list[i]
	}
	a.mu.Unlock()
	return total
}

func (a *all) age() time.Duration {
	a.mu.Lock()
	a.hits.Add(1)
	result := time.Since(a.when)
	a.mu.Unlock()
	return result
}

func (a *all) failed() bool {
	a.mu.Lock()
	ok := a.err != nil
	a.mu.Unlock()
	return ok
}

func (a *all) reset() {
	a.mu.Lock()
	clear(a.m)
	delete(a.m, "x")
	a.list = append(a.list[:0], 7)
	a.x = nil
	a.mu.Unlock()
}

func main() {
	a := &all{n: 9, f: 2, x: 3, head: &node{&node{nil, 1}, 5}, list: []int{1, 2}, when: time.Now()}
	fmt.Println(a.divide())
	fmt.Println(a.assert())
	fmt.Println(a.write("k"), a.follow(), a.sum(), a.age() < time.Hour, a.failed())
	a.reset()
	fmt.Println(a.sum(), len(a.m), a.mu.TryLock())
}
