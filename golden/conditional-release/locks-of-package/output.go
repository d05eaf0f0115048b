package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
)

var (
	errBad = errors.New("bad")
	mu     sync.RWMutex
	number int
	store  struct {
		sync.Mutex
		names map[string]int
	}
)

func oneOfTwo(n int) error {
	mu.Lock()
	if n < 0 {
		mu.Unlock()
		return errBad
	}
	number = n
	mu.Unlock()
	return nil
}

func library(text string) error {
	mu.RLock()
	n, err := strconv.Atoi(text)
	if err != nil {
		mu.RUnlock()
		return err
	}
	n += len(os.Args)
	fmt.Println(n-n, number)
	mu.RUnlock()
	return nil
}

func field(name string) (int, error) {
	store.Lock()
	n, ok := store.names[name]
	if !ok {
		store.Unlock()
		return 0, fmt.Errorf("no %s", name)
	}
	store.Unlock()
	return n, nil
}

// What is returned is read under the lock.
func tells(n int) error {
	mu.Lock()
	defer mu.Unlock()
	if n < 0 {
		return fmt.Errorf("%d of %d", n, number)
	}
	number = n
	return nil
}

// Any function of the package may give the lock back.
func byHelper(n int) error {
	mu.Lock()
	if n < 0 {
		leave()
		return errBad
	}
	mu.Unlock()
	return nil
}

func byMethod(n int, l leaver) error {
	mu.Lock()
	if n < 0 {
		l.leave()
		return errBad
	}
	mu.Unlock()
	return nil
}

func byValue(n int, leave func()) error {
	mu.Lock()
	if n < 0 {
		leave()
		return errBad
	}
	mu.Unlock()
	return nil
}

func byInterface(n int) error {
	var l sync.Locker = &mu
	mu.Lock()
	if n < 0 {
		l.Unlock()
		return errBad
	}
	mu.Unlock()
	return nil
}

func byLiteral(n int) error {
	leave := func() { mu.Unlock() }
	mu.Lock()
	if n < 0 {
		leave()
		return errBad
	}
	mu.Unlock()
	return nil
}

func inReturn(n int) error {
	mu.Lock()
	if n < 0 {
		return leaveWith(errBad)
	}
	mu.Unlock()
	return nil
}

func deferred(n int) error {
	left := false
	defer leaveUnless(&left)
	mu.Lock()
	if n < 0 {
		return errBad
	}
	mu.Unlock()
	left = true
	return nil
}

func deferredLiteral(n int) error {
	left := false
	defer func() {
		if !left {
			leave()
		}
	}()
	mu.Lock()
	if n < 0 {
		return errBad
	}
	mu.Unlock()
	left = true
	return nil
}

// A variable of the function, which hides the package's.
func hides(n int) error {
	var mu sync.Mutex
	mu.Lock()
	if n < 0 {
		mu.Unlock()
		return errBad
	}
	mu.Unlock()
	return nil
}

type leaver struct{}

func (leaver) leave() { mu.Unlock() }

func leave() { mu.Unlock() }

func leaveWith(err error) error {
	mu.Unlock()
	return err
}

func leaveUnless(left *bool) {
	if !*left {
		mu.Unlock()
	}
}

func try(name string, f func() error) {
	fmt.Println(name, f())
	if !mu.TryLock() {
		fmt.Println("! locked after", name)
		mu = sync.RWMutex{}
	} else {
		mu.Unlock()
	}
	if !store.TryLock() {
		fmt.Println("! locked after", name)
	}
	store.Unlock()
}

func main() {
	store.names = map[string]int{"a": 1}
	for _, n := range []int{-1, 1} {
		try("oneOfTwo", func() error { return oneOfTwo(n) })
		try("library", func() error { return library([]string{"", "x", "7"}[n+1]) })
		try("tells", func() error { return tells(n) })
		try("byHelper", func() error { return byHelper(n) })
		try("byMethod", func() error { return byMethod(n, leaver{}) })
		try("byValue", func() error { return byValue(n, leave) })
		try("byInterface", func() error { return byInterface(n) })
		try("byLiteral", func() error { return byLiteral(n) })
		try("inReturn", func() error { return inReturn(n) })
		try("deferred", func() error { return deferred(n) })
		try("deferredLiteral", func() error { return deferredLiteral(n) })
		try("hides", func() error { return hides(n) })
	}
	try("field", func() error { _, err := field("a"); return err })
	try("field", func() error { _, err := field("b"); return err })
}
