package main

import (
	"errors"
	"fmt"
	"time"
)

type timer struct{ began time.Time }

func (t timer) end(err error) {
	if err == nil {
		fmt.Println("! no error")
	}
	if time.Since(t.began) < 10*time.Millisecond {
		fmt.Println("! took no time")
	}
}

func measure(what string) func(error) { return timer{time.Now()}.end }

func begin(what string) timer { return timer{time.Now()} }

func elapsed(start time.Time) time.Duration { return time.Now().Sub(start) }

func timed(what string) func(time.Duration) {
	began := time.Now()
	return func(d time.Duration) {
		if d < 10*time.Millisecond || time.Since(began) < 10*time.Millisecond {
			fmt.Println("! took no time")
		}
	}
}

func work() error {
	time.Sleep(20 * time.Millisecond)
	return errors.New("it")
}

// What measures begins at the defer, as before.
func called(name string) (err error) {
	defer measure(name)(err)
	return work()
}

// A method of what the call gives.
func method(name string) (err error) {
	defer begin(name).end(err)
	return work()
}

// In a case, with the name taken.
func inCase(name string, n int) (err error) {
	end := n
	switch end {
	case 1:
		defer measure(name)(err)
	default:
		defer begin(name).end(err)
	}
	return work()
}

// A duration.
func duration(name string) {
	start := time.Now()
	defer timed(name)(elapsed(start))
	_ = work()
}

func log(err error, at time.Time) {
	if err == nil {
		fmt.Println("no error", at.IsZero())
	}
}

// The other argument is meant for now.
func other() (err error) {
	defer log(err, time.Time{}.UTC())
	return work()
}

type chain struct{ inner struct{ timer timer } }

func chained(what string) *chain { return &chain{} }

// What stands further left would be called at the end, too.
func deep(name string) (err error) {
	defer chained(name).inner.timer.end(err)
	return nil
}

var _ = deep

func main() {
	fmt.Println(called("a"), method("b"), inCase("c", 1), inCase("d", 2))
	duration("e")
	fmt.Println(other())
}
