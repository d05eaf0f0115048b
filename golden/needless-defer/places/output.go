package main

import (
	"errors"
	"fmt"
	"sync"
)

type door struct{ name string }

func (d *door) Close() { fmt.Println("close", d.name) }

func (d door) Shut() { fmt.Println("shut", d.name) }

const limit = 3

var errFull = errors.New("full")

func inCase(d *door, n int) {
	switch n {
	case 1:
		fmt.Println("one")
		d.Close()
	default:
		fmt.Println("more")
	}
}

func inElse(d *door, yes bool) {
	if yes {
		fmt.Println("yes")
	} else {
		d.Close()
	}
}

func inSelect(d *door, c chan int) {
	select {
	case <-c:
		d.Close()
	}
}

func inBlock(d *door) {
	{
		fmt.Println("block")
		d.Close()
	}
}

func named(d *door) int {
	fmt.Println("named constant")
	d.Close()
	return limit
}

// A variable of the package that nobody sets.
func sentinel(d *door) error {
	fmt.Println("sentinel")
	d.Close()
	return errFull
}

var last error

func (d *door) Note() { last = errors.New(d.name) }

// One that the call sets.
func noted(d *door) error {
	defer d.Note()
	return last
}

// A local that nobody else can reach.
func local(d *door, n int) int {
	n *= 2
	d.Close()
	return n
}

func byValue(d *door) {
	fmt.Println("by value")
	d.Shut()
}

func expression(d *door) {
	fmt.Println("expression")
	(*door).Close(d)
}

func generic[T fmt.Stringer](value T) {
	fmt.Println("generic")
	show(value)
}

func show(value any) { fmt.Println("show", value) }

type name string

func (n name) String() string { return string(n) }

func builtin(m map[string]int) {
	fmt.Println("builtin")
	delete(m, "a")
}

func started(wg *sync.WaitGroup, d *door) {
	wg.Add(1)
	go func() {
		defer wg.Done()
		func() {
			fmt.Println("inner")
			d.Close()
		}()
	}()
	wg.Wait()
}

// Both could go, and the first one stays for the order.
func another(d, e *door) {
	defer e.Close()
	fmt.Println("another")
	d.Close()
}

func panics() {
	defer func() { fmt.Println(recover()) }()
	func() {
		fmt.Println("panics")
		defer panic("deferred")
	}()
}

// Once per pass, and not before the last one.
func lastPass(d *door) {
	for i := 0; ; i++ {
		if i == 2 {
			defer d.Close()
			break
		}
	}
}

// An iterator has an end of its own.
func iterates(d *door, seq func(func(int) bool)) {
	for range seq {
		defer d.Close()
		return
	}
}

func main() {
	d, e := &door{"d"}, &door{"e"}
	inCase(d, 1)
	inElse(d, false)
	c := make(chan int, 1)
	c <- 1
	inSelect(d, c)
	inBlock(d)
	fmt.Println(named(d), sentinel(d), noted(d), local(d, 2))
	byValue(d)
	expression(d)
	generic(name("n"))
	m := map[string]int{"a": 1}
	builtin(m)
	fmt.Println(len(m))
	started(&sync.WaitGroup{}, d)
	another(d, e)
	panics()
	lastPass(d)
	iterates(d, func(yield func(int) bool) {
		yield(1)
		fmt.Println("end of the iterator")
	})
}
