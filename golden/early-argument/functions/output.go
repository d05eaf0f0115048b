package main

import (
	"context"
	"fmt"
	"sync"
)

var held, ended int

func track(what string) func() {
	held++
	return func() { held--; ended++ }
}

type tracer struct{ name string }

func (t *tracer) begin(what string) func() { return track(what) }

type done func()

func (t *tracer) start() done { return done(track(t.name)) }

func stop() func() error {
	end := track("stop")
	return func() error { end(); return nil }
}

func always() func() int { return func() int { ended++; return 1 } }

// A method.
func method(t *tracer) {
	defer t.begin("method")()
	fmt.Println("method")
}

// A type of its own.
func ownType(t *tracer) {
	defer t.start()()
	fmt.Println("own type")
}

// The function gives something itself.
func withError() {
	defer stop()()
	fmt.Println("with error")
}

// A function that was given.
func given(begin func() func()) {
	defer begin()()
	fmt.Println("given")
}

// A literal.
func literal() {
	defer func() func() {
		return track("literal")
	}()()
	fmt.Println("literal")
}

// In a goroutine's literal.
func inGoroutine() {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		defer track("goroutine")()
		fmt.Println("goroutine")
	}()
	wg.Wait()
}

// Called already.
func called() {
	defer track("called")()
	fmt.Println("called")
}

// A context's cancel function is the second result, and there is no calling two.
func two() (context.Context, context.CancelFunc) { return context.WithCancel(context.Background()) }

func deferredTwo() {
	defer two()
	fmt.Println("two")
}

// What takes arguments can't be called for want of them.
func adder() func(int) int { return func(n int) int { return n } }

func wantsArguments() {
	defer adder()
	fmt.Println("wants arguments")
}

// A result that is no function.
func number() {
	defer always()()
	fmt.Println("number")
}

func main() {
	t := &tracer{"t"}
	method(t)
	ownType(t)
	withError()
	given(func() func() { return track("given") })
	literal()
	inGoroutine()
	called()
	deferredTwo()
	wantsArguments()
	number()
	if held != 0 {
		fmt.Println("! still held:", held)
	}
}
