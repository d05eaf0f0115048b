package main

import (
	"fmt"
	"runtime"
)

type counter struct{ n int }

func (c *counter) add() { c.n++ }

func (c *counter) value() int { return c.n }

func callAfter(c *counter) int {
	defer c.add()
	return c.value()
}

func field(c *counter) int {
	defer c.add()
	return c.n
}

func result() (n int) {
	defer func() { n = 5 }()
	return 1
}

func throughVariable() (n int) {
	set := func() { n = 5 }
	defer set()
	return 1
}

func (c *counter) into(n *int) { *n = 5 }

func throughPointer(c *counter) (n int) {
	defer c.into(&n)
	return 1
}

func inLoop(c *counter) {
	for i := 0; i < 2; i++ {
		defer c.add()
	}
}

func more(c *counter) {
	if c.n == 0 {
		defer c.add()
	}
	fmt.Println("more")
}

func recovers() {
	fmt.Println("recovers")
	defer func() {
		fmt.Println(recover())
	}()
}

func unknown(f func()) {
	fmt.Println("unknown")
	defer f()
}

func main() {
	c := &counter{}
	fmt.Println(callAfter(c), field(c), result(), throughVariable(), throughPointer(c))
	inLoop(c)
	more(c)
	recovers()
	unknown(func() { fmt.Println(c.n) })
}

func line() { _, _, _, _ = runtime.Caller(1) }

func callerFrame() {
	fmt.Println("caller frame")
	defer line()
}

var _ = callerFrame
