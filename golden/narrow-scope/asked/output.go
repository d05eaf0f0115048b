package main

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

type file struct {
	*strings.Reader
	name string
}

func (f *file) Close() error {
	fmt.Println("~ close", f.name)
	return nil
}

func open(name string) *file { return &file{strings.NewReader(name), name} }

type keeper struct {
	mu    sync.RWMutex
	n     int
	hook  func(int)
	hooks []func(int)
	out   chan int
	wg    sync.WaitGroup
}

func pause(what string) {
	time.Sleep(time.Millisecond)
	fmt.Println("paused", what)
}

// A function that was given is called after the last use.
func (k *keeper) callsLater(f func(int)) {
	k.mu.RLock()
	n := k.n
	k.mu.RUnlock()
	f(n)
}

// It is called with what the lock guards.
func (k *keeper) callsParameter(f func(int)) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	f(k.n)
}

func (k *keeper) callsField() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.hook(1)
}

func (k *keeper) callsElements() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, hook := range k.hooks {
		hook(1)
	}
}

func (k *keeper) sends() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.out <- k.n
}

func (k *keeper) sendsLater(c chan int) {
	k.mu.Lock()
	n := k.n
	k.mu.Unlock()
	c <- n
}

func (k *keeper) receives(c chan int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.n = <-c
}

func (k *keeper) receivesLater(c chan int) (m int) {
	k.mu.Lock()
	n := k.n
	k.mu.Unlock()
	m = <-c
	return n + m
}

func (k *keeper) ranges(c chan int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for n := range c {
		k.n += n
	}
}

func (k *keeper) selects(c, d chan int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	select {
	case k.n = <-c:
	case k.n = <-d:
	}
}

func (k *keeper) joins() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.wg.Wait()
}

// Where the lock is given up by hand the user asks all the same.
func (k *keeper) byHand() {
	k.mu.Lock()
	k.mu.Unlock()
	k.mu.Lock()
	n := k.n
	k.mu.Unlock()
	pause("by hand")
	fmt.Println(n)
}

// Nothing that takes long follows, but a good deal of work.
func (k *keeper) works(values []int) (sum int) {
	k.mu.Lock()
	n := k.n
	k.mu.Unlock()
	for _, value := range values {
		sum += value * n
	}
	sum *= 2
	return sum
}

// So with a resource.
func reads(values []int) int {
	var n int
	func() {
		f := open("reads")
		defer f.Close()
		n = f.Len()
	}()
	for _, value := range values {
		n += value
	}
	n *= 2
	return n
}

// The last use is the last but one statement.
func (k *keeper) short() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := k.n
	return n
}

// What stands in a composite literal may be kept by it.
func composed() int {
	f := open("composed")
	defer f.Close()
	p := struct{ n int }{f.Len()}
	pause("composed")
	return p.n
}

// A declaration that later code needs.
func declares() int {
	f := open("declares")
	defer f.Close()
	var n = f.Len()
	if n == 0 {
		return 0
	}
	pause("declares")
	return n
}

// Another defer stands among the uses.
func another() int {
	f := open("another")
	defer f.Close()
	defer fmt.Println("~ another")
	n := f.Len()
	pause("another")
	return n
}

// Labels.
func labelled() int {
	f := open("labelled")
	defer f.Close()
	n := 0
again:
	n += f.Len()
	if n < 10 {
		goto again
	}
	pause("labelled")
	return n
}

func main() {
	k := &keeper{hook: func(int) {}, out: make(chan int, 9)}
	c := make(chan int, 9)
	k.callsLater(func(n int) { fmt.Println(n) })
	k.callsParameter(func(n int) { fmt.Println(n) })
	k.callsField()
	k.callsElements()
	k.sends()
	k.sendsLater(c)
	k.receives(c)
	c <- 1
	fmt.Println(k.receivesLater(c))
	c <- 1
	k.selects(c, nil)
	close(c)
	k.ranges(c)
	k.joins()
	k.byHand()
	fmt.Println(k.works([]int{1, 2}), reads([]int{1}), k.short())
	fmt.Println(composed(), declares(), another(), labelled())
}
