package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

type file struct {
	*strings.Reader
	name string
}

func (f *file) Close() { fmt.Println("close", f.name) }

func open(name string) *file { return &file{strings.NewReader(name), name} }

type keeper struct {
	mu   sync.Mutex
	f    *file
	n    int
	cond *sync.Cond
}

func pause() { time.Sleep(time.Millisecond) }

func nothingSlow(name string) int {
	f := open(name)
	defer f.Close()
	n := f.Len()
	n++
	fmt.Println(n)
	return n
}

func usedAfter(name string) int {
	f := open(name)
	defer f.Close()
	pause()
	return f.Len()
}

func channel(done chan bool) int {
	f := open("channel")
	defer f.Close()
	n := f.Len()
	<-done
	return n
}

func stored(k *keeper) {
	f := open("stored")
	defer f.Close()
	k.f = f
	pause()
}

func captured() int {
	f := open("captured")
	defer f.Close()
	size := func() int { return f.Len() }
	pause()
	return size()
}

func (k *keeper) short() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.n++
}

func (k *keeper) waits() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for k.n == 0 {
		k.cond.Wait()
	}
}

func (k *keeper) starts() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.n++
	go pause()
}

func (k *keeper) polls(ctx context.Context, c chan int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	select {
	case k.n = <-c:
	default:
	}
}

func main() {
	k := &keeper{}
	k.cond = sync.NewCond(&k.mu)
	nothingSlow("a")
	usedAfter("b")
	done := make(chan bool, 1)
	done <- true
	channel(done)
	stored(k)
	captured()
	k.short()
	k.waits()
	k.starts()
	k.polls(context.Background(), make(chan int))
}
