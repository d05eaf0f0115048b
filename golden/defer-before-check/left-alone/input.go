package main

import (
	"errors"
	"fmt"
	"io"
	"os"
)

type conn struct{ name string }

func (c *conn) Close() error {
	fmt.Println("close", c.name)
	return nil
}

// Free may be called on nil.
func (c *conn) Free() {
	if c != nil {
		fmt.Println("free", c.name)
	}
}

func dial(name string) (*conn, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	return &conn{name}, nil
}

func closeAll(c io.Closer) {
	if c != nil {
		c.Close()
	}
}

func unchecked(name string) {
	c, err := dial(name)
	defer c.Close()
	fmt.Println(c.name, err)
}

func later(name string) error {
	c, err := dial(name)
	defer c.Close()
	fmt.Println("dialled", name)
	if err != nil {
		return err
	}
	fmt.Println(c.name)
	return nil
}

func goesOn(name string) {
	c, err := dial(name)
	defer c.Close()
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(c != nil)
}

func more(name string, stop bool) {
	c, err := dial(name)
	defer c.Close()
	if err != nil || stop {
		return
	}
	fmt.Println(c.name)
}

func other(name string) {
	c, err := dial(name)
	defer c.Close()
	defer fmt.Println("other")
	if err != nil {
		return
	}
	fmt.Println(c.name)
}

func guarded(name string) {
	c, err := dial(name)
	defer func() {
		if c != nil {
			c.Close()
		}
	}()
	if err != nil {
		return
	}
	fmt.Println(c.name)
}

func byError(name string) {
	c, err := dial(name)
	defer func() {
		if err == nil {
			c.Close()
		}
	}()
	if err != nil {
		return
	}
	fmt.Println(c.name)
}

func nilProof(name string) {
	c, err := dial(name)
	defer c.Free()
	if err != nil {
		return
	}
	fmt.Println(c.name)
}

func helper(name string) {
	f, err := os.Open(name)
	defer closeAll(f)
	if err != nil {
		return
	}
	fmt.Println(f.Name() != "")
}

func rightOrder(name string) {
	c, err := dial(name)
	if err != nil {
		return
	}
	defer c.Close()
	fmt.Println(c.name)
}

func noError(name string) {
	c, ok := map[string]*conn{"a": {"a"}}[name]
	defer c.Free()
	if !ok {
		return
	}
	fmt.Println(c.name)
}

type gatherer interface {
	gather() (n int, done func(), err error)
}

type failing struct{}

func (failing) gather() (int, func(), error) {
	return 0, func() { fmt.Println("done") }, errors.New("nothing gathered")
}

// A function that is given beside an error is mostly one to call.
func gathers(g gatherer) {
	n, done, err := g.gather()
	defer done()
	if err != nil {
		return
	}
	fmt.Println(n)
}

func gathersLiteral(g gatherer) {
	n, done, err := g.gather()
	defer func() { done() }()
	if err != nil {
		return
	}
	fmt.Println(n)
}

func load(name string) ([]byte, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	return []byte(name), nil
}

func recycle(buf []byte) { fmt.Println("recycle", len(buf)) }

// Nothing falls over a nil slice.
func recycles(name string) {
	buf, err := load(name)
	defer recycle(buf)
	if err != nil {
		return
	}
	fmt.Println(len(buf))
}

func main() {
	gathers(failing{})
	gathersLiteral(failing{})
	recycles("")
	unchecked("a")
	later("a")
	goesOn("a")
	more("a", false)
	other("a")
	guarded("")
	byError("")
	nilProof("")
	helper("")
	rightOrder("a")
	noError("a")
}
