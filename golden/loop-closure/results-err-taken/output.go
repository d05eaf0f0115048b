package main

import (
	"errors"
	"fmt"
)

type target struct {
	name   string
	closed bool
}

func open(name string) (*target, error) {
	if name == "none" {
		return nil, errors.New("none: not found")
	}
	fmt.Println("open", name)
	return &target{name: name}, nil
}

func (t *target) sync() error {
	fmt.Println("sync", t.name, t.closed)
	if t.name == "slow" {
		return errors.New("slow: timeout")
	}
	return nil
}

func (t *target) Close() {
	t.closed = true
	fmt.Println("~ close", t.name)
}

func syncAll(strict bool, names ...string) error {
	var err error
	for _, name := range names {
		if err := func() error {
			t, e := open(name)
			if e != nil {
				return e
			}
			defer t.Close()
			if e := t.sync(); e != nil {
				err = e
				if strict {
					return e
				}
				return nil
			}
			fmt.Println("so far", err)
			return nil
		}(); err != nil {
			return err
		}
	}
	return err
}

func main() {
	fmt.Println(syncAll(true, "a", "b"))
	fmt.Println(syncAll(true, "a", "slow", "b"))
	fmt.Println(syncAll(false, "a", "slow", "b"))
	fmt.Println(syncAll(false, "a", "none", "b"))
}
