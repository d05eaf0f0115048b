package main

import (
	"fmt"
	"time"
)

const least = 0.01

type histogram struct{ name string }

func (h *histogram) Observe(seconds float64) {
	if seconds < least {
		fmt.Println("!", h.name, "took no time")
	}
	fmt.Println("~ observed", h.name)
}

func (h histogram) Label(what string, took time.Duration) {
	if took.Seconds() < least {
		fmt.Println("!", h.name, what, "took no time")
	}
}

func elapsed(start time.Time) float64 { return time.Now().Sub(start).Seconds() }

func elapsedMillis(start time.Time) int64 { return int64(elapsed(start) * 1000) }

func note(text string, args ...any) {
	for _, arg := range args {
		if ms, ok := arg.(int64); ok && ms < 10 {
			fmt.Println("! noted: took no time")
		}
	}
}

func method(h *histogram) {
	start := time.Now()
	defer h.Observe(elapsed(start))
	time.Sleep(20 * time.Millisecond)
}

func value(h histogram, what string) {
	start := time.Now()
	defer h.Label(what, time.Now().Sub(start)) // measured
	time.Sleep(20 * time.Millisecond)
}

func nested() {
	start := time.Now()
	defer note("nested", elapsedMillis(start))
	time.Sleep(20 * time.Millisecond)
}

func converted(h *histogram) {
	start := time.Now()
	defer h.Observe(float64(time.Now().Sub(start)) / float64(time.Second))
	time.Sleep(20 * time.Millisecond)
}

func lines() {
	start := time.Now()
	defer note(
		`raw
	string`,
		elapsedMillis(start),
	)
	time.Sleep(20 * time.Millisecond)
}

func literal() {
	start := time.Now()
	defer func(took float64) {
		if took < least {
			fmt.Println("! the literal took no time")
		}
	}(elapsed(start))
	time.Sleep(20 * time.Millisecond)
}

// What is given the start, and not what has gone by since, is right as it is.
func rightAsItIs() {
	defer func(start time.Time) { fmt.Println("~", elapsed(start) > least) }(time.Now())
	time.Sleep(20 * time.Millisecond)
}

func main() {
	h := &histogram{"h"}
	method(h)
	value(*h, "value")
	nested()
	converted(h)
	lines()
	literal()
	rightAsItIs()
}
