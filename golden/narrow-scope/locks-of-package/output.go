package main

import (
	"fmt"
	"os/exec"
	"sync"
	"time"
)

var (
	mu     sync.Mutex
	number int
	names  struct {
		sync.RWMutex
		all []string
	}
)

// The last use of what the package's lock guards lies before what takes long.
func counts() int {
	mu.Lock()
	number++
	n := number
	mu.Unlock()
	time.Sleep(time.Millisecond)
	return n
}

func runs() error {
	var program string
	if done := func() bool {
		names.RLock()
		defer names.RUnlock()
		if len(names.all) == 0 {
			return true
		}
		program = names.all[0]
		return false
	}(); done {
		return nil
	}
	command := exec.Command(program)
	return command.Run()
}

// A function of the package may use what the lock guards.
func helper() int {
	mu.Lock()
	defer mu.Unlock()
	number++
	time.Sleep(time.Millisecond)
	return current()
}

func current() int { return number }

type ticket struct{}

func (ticket) current() int {
	time.Sleep(time.Millisecond)
	return number
}

func method(t ticket) int {
	mu.Lock()
	defer mu.Unlock()
	number++
	return t.current()
}

func value(f func() int) int {
	mu.Lock()
	defer mu.Unlock()
	number++
	time.Sleep(time.Millisecond)
	return f()
}

// A lock that is held for its own sake.
func inTurns() {
	mu.Lock()
	defer mu.Unlock()
	time.Sleep(time.Millisecond)
}

func usedAfter() {
	mu.Lock()
	defer mu.Unlock()
	time.Sleep(time.Millisecond)
	number++
}

func byHand(often bool) {
	mu.Lock()
	defer mu.Unlock()
	number++
	mu.Unlock()
	time.Sleep(time.Millisecond)
	mu.Lock()
}

func main() {
	names.all = []string{"true"}
	fmt.Println(counts(), runs(), helper(), method(ticket{}), value(current))
	inTurns()
	usedAfter()
	byHand(true)
	fmt.Println(number)
}
