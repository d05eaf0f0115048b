package main

import (
	"errors"
	"fmt"
	"io"
	"os"
)

var open int

// res is closed through a file of its own.
type res struct{ f *os.File }

func openRes(name string) (*res, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	f, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	open++
	return &res{f}, nil
}

func (r *res) Close() error {
	open--
	return r.f.Close()
}

func (r *res) check(bad bool) error {
	if bad {
		return errors.New("bad")
	}
	return nil
}

type client struct{ r *res }

// newClient closes what it can't use.
func newClient(r *res, bad bool) (*client, error) {
	if bad {
		r.Close()
		return nil, errors.New("bad")
	}
	return &client{r}, nil
}

func dial(name string, bad bool) (*client, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	c, err := newClient(r, bad)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// login closes its receiver if it fails.
func (r *res) login(bad bool) error {
	if bad {
		r.Close()
		return errors.New("bad")
	}
	return nil
}

func session(name string, bad bool) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	if err := r.login(bad); err != nil {
		return nil, err
	}
	return r, nil
}

func stored(c *client, name string, bad bool) error {
	r, err := openRes(name)
	if err != nil {
		return err
	}
	c.r = r
	if bad {
		return errors.New("bad")
	}
	return nil
}

func closedByOther(name string, bad bool) (*res, error) {
	r, err := openRes(name)
	if err != nil {
		return nil, err
	}
	if bad {
		closeAll(r)
		return nil, errors.New("bad")
	}
	return r, nil
}

func closeAll(list ...io.Closer) {
	for _, one := range list {
		one.Close()
	}
}

func main() {
	dial("a", true)
	session("a", true)
	closedByOther("a", true)
	c := &client{}
	stored(c, "a", true)
	c.r.Close()
	fmt.Println("left:", open)
	if open > 0 {
		fmt.Println("! left open:", open)
	}
}
