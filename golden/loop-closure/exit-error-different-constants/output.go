package main

import (
	"errors"
	"fmt"
)

type node struct {
	name string
	up   bool
}

func attach(name string) *node {
	fmt.Println("attach", name)
	return &node{name, true}
}

func (n *node) probe() error {
	fmt.Println("probe", n.name, n.up)
	if n.name == "dead" {
		return errors.New("no answer")
	}
	return nil
}

func (n *node) Close() {
	n.up = false
	fmt.Println("~ detach", n.name)
}

func probeAll(names ...string) (int, error) {
	for _, name := range names {
		if done, n, err := func() (bool, int, error) {
			n := attach(name)
			defer n.Close()
			if name == "" {
				return true, 2, errors.New("no name")
			}
			if err := n.probe(); err != nil {
				return true, 1, err
			}
			return false, 0, nil
		}(); done {
			return n, err
		}
	}
	return 0, nil
}

func main() {
	fmt.Println(probeAll("a", "b"))
	fmt.Println(probeAll("a", "dead", "b"))
	fmt.Println(probeAll("a", ""))
}
