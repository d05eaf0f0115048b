package main

import (
	"fmt"
	"sync"
	"time"
)

type vol struct {
	mu   sync.RWMutex
	name string
	subs []func(string)
	out  chan string
}

func report(name string) {
	time.Sleep(time.Millisecond)
	fmt.Println("report", name)
}

func (v *vol) held(mu *sync.RWMutex) bool {
	if mu.TryLock() {
		mu.Unlock()
		return false
	}
	return true
}

// The lock is given up after the last use of what it guards.
func (v *vol) copied() {
	v.mu.Lock()
	v.name += "!"
	name := v.name
	v.mu.Unlock()
	report(name)
}

func (v *vol) checked() int {
	var name string
	if done := func() bool {
		v.mu.RLock()
		defer v.mu.RUnlock()
		if v.name == "" {
			return true
		}
		name = v.name
		return false
	}(); done {
		return 0
	}
	report(name)
	return len(name)
}

func (v *vol) callbacks() {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for _, f := range v.subs {
		f(v.name)
	}
}

func (v *vol) sends(out chan int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	out <- 1
	v.name = ""
}

// The channel is what the lock is for.
func (v *vol) sendsOwn() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.out <- v.name
}

func main() {
	v := &vol{name: "v", out: make(chan string, 1)}
	v.subs = append(v.subs, func(s string) { fmt.Println("sub", s) })
	v.copied()
	fmt.Println(v.checked())
	v.callbacks()
	v.sends(make(chan int, 1))
	v.sendsOwn()
	fmt.Println(v.held(&v.mu))
}
