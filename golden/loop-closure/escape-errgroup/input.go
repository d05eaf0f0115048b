package main

import (
	"errors"
	"fmt"
)

// group collects functions and runs them when it is waited for.
type group struct {
	fs []func() error
}

func (g *group) Go(f func() error) { g.fs = append(g.fs, f) }

func (g *group) Wait() error {
	var errs []error
	for _, f := range g.fs {
		errs = append(errs, f())
	}
	return errors.Join(errs...)
}

type upload struct {
	name   string
	closed bool
}

func open(name string) *upload {
	fmt.Println("open", name)
	return &upload{name: name}
}

func (u *upload) send() error {
	fmt.Println("send", u.name, u.closed)
	if u.closed {
		return errors.New("closed upload")
	}
	return nil
}

func (u *upload) Close() {
	u.closed = true
	fmt.Println("~ close", u.name)
}

func sendAll(names ...string) error {
	g := new(group)
	for _, name := range names {
		u := open(name)
		defer u.Close()
		g.Go(func() error {
			return u.send()
		})
	}
	return g.Wait()
}

func main() {
	fmt.Println(sendAll("a", "b"))
}
