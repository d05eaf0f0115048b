package main

import (
	"errors"
	"fmt"
	"time"
)

type metrics struct {
	name  string
	began time.Time
}

func (m *metrics) observe(what string, seconds float64, labels ...string) {
	if seconds < 0.01 {
		fmt.Println("!", what, "took no time")
	}
}

func elapsed(start time.Time) float64 { return time.Now().Sub(start).Seconds() }

func both(start time.Time) (string, float64) { return "both", elapsed(start) }

func pair(what string, seconds float64) { (&metrics{}).observe(what, seconds) }

func left(until time.Time) time.Duration { return time.Until(until) }

func wait() { time.Sleep(20 * time.Millisecond) }

// The start is a field.
func (m *metrics) field() {
	m.began = time.Now()
	defer m.observe("field", elapsed(m.began))
	wait()
}

// The start was given.
func parameter(m *metrics, start time.Time) {
	defer m.observe("parameter", elapsed(start))
	wait()
}

// With labels.
func labels(m *metrics, all []string) {
	start := time.Now()
	defer m.observe("labels", elapsed(start), all...)
	wait()
}

// Both arguments come from one call.
func spread() {
	start := time.Now()
	defer pair(both(start))
	wait()
}

// In a branch, and in a literal.
func inBranch(m *metrics, on bool) {
	if on {
		start := time.Now()
		defer m.observe("branch", elapsed(start))
	}
	func() {
		start := time.Now()
		defer m.observe("literal", elapsed(start))
		wait()
	}()
}

// Computed from.
func computed(m *metrics) {
	start := time.Now()
	defer m.observe("computed", 2*elapsed(start))
	wait()
}

// A generic function.
func generic[T any](m *metrics, value T) {
	start := time.Now()
	defer record(m, value, elapsed(start))
	wait()
}

func record[T any](m *metrics, _ T, seconds float64) { m.observe("generic", seconds) }

// How much is left.
func deadline(m *metrics) {
	until := time.Now().Add(time.Minute)
	defer noteLeft(left(until))
	wait()
}

func noteLeft(d time.Duration) {
	if d > time.Minute-10*time.Millisecond {
		fmt.Println("! nothing was used")
	}
}

// The start is set below the defer.
func setLater(m *metrics) {
	var start time.Time
	defer m.observe("~ set later", elapsed(start))
	start = time.Now()
	wait()
}

func logs(what string, err error) {
	if err == nil {
		fmt.Println("! no error in", what)
	}
}

// A second result, with a return that has values.
func second() (n int, err error) {
	defer logs("second", err)
	return 1, errors.New("it")
}

// Assigned together with another.
func together() {
	var err error
	defer logs("together", err)
	_, err = fmt.Sscan("x", new(int))
}

// By a literal that is called later.
func inLiteral() {
	var err error
	defer logs("in literal", err)
	func() { err = errors.New("it") }()
}

// A pointer sees it in the end.
func pointer() (err error) {
	defer func(e *error) { logs("pointer", *e) }(&err)
	return errors.New("it")
}

// So does a literal.
func literal() (err error) {
	defer func() { logs("literal", err) }()
	return errors.New("it")
}

// What has a value may be meant.
func hasValue() error {
	err := errors.New("first")
	defer logs("has value", err)
	err = errors.New("second")
	return err
}

func main() {
	m := &metrics{name: "m"}
	m.field()
	parameter(m, time.Now())
	labels(m, []string{"a"})
	spread()
	inBranch(m, true)
	computed(m)
	generic(m, 1)
	deadline(m)
	setLater(m)
	_, err := second()
	fmt.Println(err)
	together()
	inLiteral()
	fmt.Println(pointer(), literal(), hasValue())
}
