package main

import (
	"errors"
	"fmt"
	"io"
)

type conn struct{ name string }

func (c *conn) Close() { fmt.Println("close", c.name) }

var closed = errors.New("closed")

func dial(name string) (*conn, error) { return &conn{name}, nil }

// The branch is for one error only.
func oneError(name string) error {
	c, err := dial(name)
	defer c.Close()
	if errors.Is(err, closed) {
		return err
	}
	return nil
}

// The test is the other way round.
func theOtherWay(name string) error {
	c, err := dial(name)
	defer c.Close()
	if err == nil {
		fmt.Println(c.name)
	}
	return err
}

// The check has a statement of its own before it.
func initialized(name string) error {
	c, err := dial(name)
	defer c.Close()
	if n := len(name); err != nil {
		return fmt.Errorf("%d: %w", n, err)
	}
	return nil
}

// There is more after the branch.
func alternative(name string) error {
	c, err := dial(name)
	defer c.Close()
	if err != nil {
		return err
	} else {
		fmt.Println(c.name)
	}
	return nil
}

// A switch asks for it.
func inSwitch(name string) error {
	c, err := dial(name)
	defer c.Close()
	switch {
	case err != nil:
		return err
	}
	return nil
}

// The error is given to somebody first.
func logged(name string) error {
	c, err := dial(name)
	defer c.Close()
	fmt.Println(err)
	if err != nil {
		return err
	}
	return nil
}

// The other result is not what is released.
func another(c *conn, name string) error {
	_, err := dial(name)
	defer c.Close()
	if err != nil {
		return err
	}
	return nil
}

// The literal asks for the error.
func asks(name string) (err error) {
	c, err := dial(name)
	defer func() {
		if err != nil {
			return
		}
		c.Close()
	}()
	if err != nil {
		return err
	}
	return nil
}

// There is something to call with an error, too.
func lease(name string) (*conn, func(), error) {
	if name == "" {
		return nil, func() {}, closed
	}
	c := &conn{name}
	return c, func() { c.Close() }, nil
}

func given(name string) error {
	_, release, err := lease(name)
	defer release()
	if err != nil {
		return err
	}
	return nil
}

// The error is not one.
func words(name string) string {
	c, err := func() (*conn, string) { return &conn{name}, "" }()
	defer c.Close()
	if err != "" {
		return err
	}
	return ""
}

func main() {
	fmt.Println(oneError("a"), theOtherWay("a"), initialized("a"), alternative("a"), inSwitch("a"), logged("a"))
	fmt.Println(another(&conn{"b"}, "a"), asks("a"), given("a"), given(""), words("a"), io.EOF)
}
