package main

import (
	"errors"
	"fmt"
)

type typed struct{}

func (*typed) Error() string { return "typed" }

func mine(n int) (int, *typed) { return n, nil }

func open(n int) (int, error) {
	if n > 2 {
		return n, errors.New("many")
	}
	return n + 1, nil
}

func bye(n int) { fmt.Println("~ bye", n) }

// noNil has a nil pointer in an error, which is not nil.
func noNil(n int, step func()) string {
	_, err := open(0)
	if err != nil {
		return "at once"
	}
	defer bye(n)
	for i := range n {
		defer bye(i)
	}
	step()
	m, err := mine(n)
	if err != nil {
		return fmt.Sprint("not nil ", m)
	}
	return "nil"
}

// narrow has 255 and one in a byte.
func narrow(n int, step func()) int {
	var x uint8
	if n < int(x) {
		return n
	}
	defer bye(n)
	for i := range n {
		defer bye(i)
	}
	step()
	x, y := 255, n
	x++
	return int(x) + y
}

// usedLater would not use the first err.
func usedLater(n int, step func()) int {
	err := errors.New("never seen")
	defer bye(n)
	for i := range n {
		defer bye(i)
	}
	step()
	m, err := open(n)
	if err != nil {
		return -1
	}
	return m
}

// usedBefore would not use the second err.
func usedBefore(n int, step func()) int {
	m, err := open(n)
	if err != nil {
		return -1
	}
	defer bye(n)
	for i := range m {
		defer bye(i)
	}
	step()
	k, err := open(m)
	return k
}

// both has the same type twice, and uses both; so has its ok.
func both(n int, steps map[int]func()) int {
	m, err := open(n)
	if err != nil {
		return -1
	}
	step, ok := steps[n]
	if !ok {
		step = func() {}
	}
	defer bye(n)
	return func() int {
		for i := range n {
			defer bye(i)
		}
		step()
		k, err := open(m)
		if err != nil {
			return k
		}
		last, ok := steps[k]
		if ok {
			last()
		}
		return m
	}()
}

// own is bool as flags are, and not bool.
func own(n int, steps map[int]func()) string {
	type flag bool
	var ok flag
	if ok {
		return "at once"
	}
	defer bye(n)
	for i := range n {
		defer bye(i)
	}
	last, ok := steps[n]
	if ok {
		last()
	}
	return fmt.Sprintf("%T", ok)
}

func main() {
	step := func() {}
	steps := map[int]func(){2: func() { fmt.Println("two") }}
	for n := range 4 {
		fmt.Println(noNil(n, step), narrow(n, step), usedLater(n, step), usedBefore(n, step))
		fmt.Println(both(n, steps), own(n, steps))
	}
}
