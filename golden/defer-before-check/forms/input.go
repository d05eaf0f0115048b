package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

type conn struct{ name string }

func (c *conn) Close() error {
	fmt.Println("~ close", c.name)
	return nil
}

func dial(name string) (*conn, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	return &conn{name}, nil
}

func redial(name string) (*conn, error) { return dial(name) }

func lease(name string) (id int, release func(), err error) {
	if name == "" {
		return 0, nil, errors.New("no name")
	}
	return 1, func() { fmt.Println("~ release", name) }, nil
}

func shut(c *conn) { _ = c.Close() }

func literal(name string) error {
	c, err := dial(name)
	// the literal, and what is said about it
	defer func() {
		_ = c.Close()
	}()

	if err != nil {
		return fmt.Errorf("dial: %w", err)
	}
	fmt.Println("use", c.name)
	return nil
}

func two(name string) error {
	c, err := redial(name)
	defer c.Close() // first
	defer shut(c)   // second
	if nil != err {
		return err
	}
	fmt.Println("use", c.name)
	return nil
}

func value(name string) (err error) {
	_, release, err := lease(name)
	defer release()
	if err != nil {
		return
	}
	fmt.Println("leased", name)
	return nil
}

func inLoop(names []string) (n int) {
	for _, name := range names {
		func() {
			var c *conn
			var err error
			c, err = dial(name)
			defer c.Close()
			if err != nil {
				return
			}
			n++
		}()
	}
	return n
}

func inspected(text string) ([]byte, error) {
	z, err := gzip.NewReader(strings.NewReader(text))
	defer func() {
		if cerr := z.Close(); cerr != nil {
			fmt.Println("close:", cerr)
		}
	}()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func file(name string) error {
	f, err := os.Open(name)
	defer f.Close()
	if err != nil {
		return errors.New("can't open")
	}
	_, err = io.Copy(io.Discard, f)
	return err
}

func try(what string, f func(string) error, name string) {
	defer func() {
		if e := recover(); e != nil {
			fmt.Println("! panic in", what, "with", name)
		}
	}()
	fmt.Println(what, f(name))
}

func main() {
	for _, name := range []string{"a", ""} {
		try("literal", literal, name)
		try("two", two, name)
		try("value", value, name)
	}
	try("loop", func(string) error { fmt.Println(inLoop([]string{"x", "y"})); return nil }, "x")
	try("loop", func(string) error { fmt.Println(inLoop([]string{""})); return nil }, "")
	try("inspected", func(s string) error { _, err := inspected(s); return err }, "no gzip")
	try("file", file, "/no/such/file")
}
