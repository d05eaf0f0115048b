package main

import (
	"fmt"
	"sync"
)

type space struct {
	mu   sync.Mutex
	name string
}

type template struct {
	*space
	lock sync.Locker
	own  sync.Mutex
}

func (t *template) replace() int {
	t.space = &space{name: "new"}
	t.lock = &sync.Mutex{}
	return 1
}

func (t *template) path() int {
	t.space.mu.Lock()
	defer t.space.mu.Unlock()
	return t.replace()
}

func (t *template) promoted() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.replace()
}

func (t *template) face() int {
	t.lock.Lock()
	defer t.lock.Unlock()
	return t.replace()
}

func (t *template) plain() int {
	t.own.Lock()
	defer t.own.Unlock()
	return t.replace()
}

var current = &space{name: "first"}

func global() int {
	current.mu.Lock()
	defer current.mu.Unlock()
	return swap()
}

func swap() int {
	current = &space{name: "second"}
	return 2
}

func main() {
	old := &space{name: "old"}
	lock := &sync.Mutex{}
	t := &template{space: old, lock: lock}
	fmt.Println(t.path(), old.mu.TryLock())
	old = t.space
	fmt.Println(t.promoted(), old.mu.TryLock())
	lock = t.lock.(*sync.Mutex)
	fmt.Println(t.face(), lock.TryLock())
	fmt.Println(t.plain(), t.own.TryLock())
	old = current
	fmt.Println(global(), old.mu.TryLock())
}
