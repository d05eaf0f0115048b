package main

import (
	"fmt"
	"sync"
)

type node struct {
	next *node
	v    int
}

type all struct {
	mu   sync.Mutex
	n, d int
	m    map[string]int
	k    map[any]int
	x    any
	ch   chan int
	head *node
	f    func() int
	list []int
}

func (a *all) divide() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.n / a.d
}

func (a *all) assert() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.x.(int)
}

func (a *all) write() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.m["x"]++
}

func (a *all) key(k any) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.k[k]
}

func (a *all) send() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ch <- 1
}

func (a *all) shut() {
	a.mu.Lock()
	defer a.mu.Unlock()
	close(a.ch)
}

func (a *all) follow() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.head.next.v
}

func (a *all) call() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.f()
}

func (a *all) same(x any) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.x == x
}

func (a *all) array() [2]int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return [2]int(a.list)
}

func (a *all) cut(n int) []int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.list[:n]
}

func (a *all) shift(n int) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return 1 << n
}

func (a *all) grow(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.list = make([]int, n)
}

func main() {
	a := &all{d: 1, x: 1}
	fmt.Println(a.divide(), a.assert())
}
