package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
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

func (f *file) Release() { fmt.Println("~ release", f.name) }

func (f *file) Rollback() error { return f.Close() }

func (f *file) kind() (string, int) { return f.name, f.Len() }

func open(name string) (*file, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	return &file{strings.NewReader(name), name}, nil
}

func pause(what string) {
	time.Sleep(time.Millisecond)
	fmt.Println("paused", what)
}

type keeper struct {
	mu    sync.RWMutex
	n     int
	hooks []func(int)
	less  func(a, b int) bool
	out   chan int
	wg    sync.WaitGroup
	f     *file
}

func must(name string) *file {
	f, _ := open(name)
	return f
}

// Nothing tells whether a function that was given takes long.
func (k *keeper) callsField() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.less(k.n, 1) {
		k.n++
	}
}

func (k *keeper) callsParameter(f func(int)) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	f(k.n)
}

func (k *keeper) callsParameterLater(f func(int)) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	n := k.n
	f(n)
}

func (k *keeper) callsElements() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, hook := range k.hooks {
		hook(1)
	}
}

// Whose turn it is to send, the lock says.
func (k *keeper) sends() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.out <- k.n
}

func (k *keeper) sendsElsewhere(c chan int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	n := k.n
	c <- n
}

func (k *keeper) receives(c chan int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.n = <-c
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

// The lock is given up by hand where it takes long.
func (k *keeper) byHand() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for k.n < 2 {
		k.n++
		k.mu.Unlock()
		pause("by hand")
		k.mu.Lock()
	}
}

func (k *keeper) alone() {
	k.mu.Lock()
	defer k.mu.Unlock()
	pause("alone")
}

func otherLock(k, other *keeper) {
	k.mu.Lock()
	defer other.mu.Unlock()
	k.n++
	pause("other lock")
	other.mu.Lock()
	k.mu.Unlock()
}

func readLock(k *keeper) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	fmt.Println(k.n)
}

func (k *keeper) startsLater() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.n++
	go func() { pause("started") }()
}

func (k *keeper) deferredPause() {
	f := must("deferred pause")
	defer f.Close()
	defer pause("deferred")
	k.n = f.Len()
}

func (k *keeper) makesLiteral() func() {
	f := must("makes literal")
	defer f.Close()
	k.n = f.Len()
	return func() { pause("later") }
}

func disk(name string) (int, error) {
	f := must("disk")
	defer f.Close()
	n := f.Len()
	data, err := os.ReadFile(name)
	return n + len(data), err
}

func endsWithIt() {
	pause("before")
	f := must("ends with it")
	defer f.Close()
	fmt.Println(f.Len())
}

func usedInLoop(n int) {
	f := must("used in loop")
	defer f.Close()
	for range n {
		pause("loop")
		fmt.Println(f.Len())
	}
}

func derivedUsedLater() string {
	f := must("derived used later")
	defer f.Close()
	reader := bufio.NewReader(f)
	pause("derived")
	line, _ := reader.ReadString(10)
	return line
}

func aliased() int {
	f := must("aliased")
	defer f.Close()
	g := f
	pause("aliased")
	return g.Len()
}

func inElement() int {
	f := must("in element")
	defer f.Close()
	all := []*file{f}
	pause("in element")
	return all[0].Len()
}

func inMap(m map[string]*file) {
	f := must("in map")
	defer f.Close()
	m["f"] = f
	pause("in map")
}

func handedBack() *file {
	f := must("handed back")
	defer f.Release()
	f.Len()
	pause("handed back")
	return f
}

func sent(c chan *file) {
	f := must("sent")
	defer f.Close()
	c <- f
	pause("sent")
}

func started() {
	f := must("started")
	defer f.Close()
	done := make(chan int, 1)
	go func(f *file) { done <- f.Len() }(f)
	pause("started")
	fmt.Println(<-done)
}

func pointed() int {
	f := must("pointed")
	defer f.Close()
	p := &f
	pause("pointed")
	return (*p).Len()
}

func methodValue() int {
	f := must("method value")
	defer f.Close()
	length := f.Len
	pause("method value")
	return length()
}

func notUsed() {
	f := must("not used")
	defer f.Close()
	pause("not used")
}

func given(f *file) {
	defer f.Close()
	fmt.Println(f.Len())
	pause("given")
}

func inBlock(ok bool) {
	if ok {
		f := must("in block")
		defer f.Close()
		fmt.Println(f.Len())
	}
	pause("in block")
}

func checksTime(deadline time.Time) bool {
	f := must("checks time")
	defer f.Close()
	n := f.Len()
	return n > 0 && time.Now().After(deadline)
}

func main() {
	k := &keeper{less: func(a, b int) bool { return a < b }, out: make(chan int, 9)}
	c := make(chan int, 9)
	k.callsField()
	k.callsParameter(func(n int) { fmt.Println(n) })
	k.callsParameterLater(func(n int) { fmt.Println(n) })
	k.callsElements()
	k.sends()
	k.sendsElsewhere(c)
	k.receives(c)
	c <- 1
	k.selects(c, nil)
	close(c)
	k.ranges(c)
	k.joins()
	k.byHand()
	k.alone()
	otherLock(k, &keeper{})
	readLock(k)
	k.startsLater()
	k.deferredPause()
	k.makesLiteral()
	fmt.Println(disk("nothing"))
	endsWithIt()
	usedInLoop(1)
	fmt.Println(derivedUsedLater(), aliased(), inElement())
	inMap(map[string]*file{})
	handedBack()
	sent(make(chan *file, 1))
	started()
	fmt.Println(pointed(), methodValue())
	notUsed()
	given(must("given"))
	inBlock(true)
	fmt.Println(checksTime(time.Now()))
}
