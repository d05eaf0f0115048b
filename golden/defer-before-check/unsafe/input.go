package main

import (
	"errors"
	"fmt"
)

type conn struct {
	name string
	left *conn
}

func (c *conn) Close() { fmt.Println("~ close", c.name) }

// dial gives a connection back beside the error: it has to be closed all the same.
func dial(name string) (*conn, error) {
	c := &conn{name: name}
	if name == "half" {
		return c, errors.New("half open")
	}
	return c, nil
}

func open(name string) (*conn, error) {
	if name == "half" {
		return nil, errors.New("half open")
	}
	return &conn{name: name}, nil
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func beside(name string) {
	c, err := dial(name)
	defer c.Close()
	if err != nil {
		return
	}
	fmt.Println("use", c.name)
}

func inBranch(name string) {
	c, err := open(name)
	defer c.Close()
	if err != nil {
		fmt.Println(c == nil)
		return
	}
	fmt.Println("use", c.name)
}

func doesMore(name string) {
	c, err := open(name)
	defer func() {
		fmt.Println("~ done")
		c.Close()
	}()
	if err != nil {
		return
	}
	fmt.Println("use", c.name)
}

func checker(name string) {
	c, err := open(name)
	defer c.Close()
	must(err)
	fmt.Println("use", c.name)
}

type file struct{ name string }

func (f *file) Close() error {
	fmt.Println("~ close", f.name)
	return nil
}

func create(name string) (*file, error) {
	if name == "half" {
		return nil, errors.New("half open")
	}
	return &file{name}, nil
}

// The error is looked at once it is closed.
func reported(name string) (err error) {
	f, err := create(name)
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	if err != nil {
		return err
	}
	fmt.Println("use", f.name)
	return nil
}

// A field of nothing can't be looked at.
func byField(name string) {
	c, err := open(name)
	defer func() {
		if c.left != nil {
			c.Close()
		}
	}()
	if err != nil {
		return
	}
	c.left = c
	fmt.Println("use", c.name)
}

func main() {
	beside("a")
	inBranch("a")
	doesMore("a")
	checker("a")
	reported("a")
	byField("a")
}
