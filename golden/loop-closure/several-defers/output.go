package main

import (
	"errors"
	"fmt"
)

type handle struct {
	what   string
	closed bool
}

func open(what string) (*handle, error) {
	if what == "dst/none" {
		return nil, errors.New("no such directory")
	}
	fmt.Println("open", what)
	return &handle{what: what}, nil
}

func (h *handle) Close() error {
	h.closed = true
	fmt.Println("~ close", h.what)
	return nil
}

func copyAll(names ...string) error {
	for _, name := range names {
		if err := func() error {
			src, err := open("src/" + name)
			if err != nil {
				return err
			}
			defer src.Close()

			dst, err := open("dst/" + name)
			if err != nil {
				return err
			}
			defer dst.Close()

			fmt.Println("copy", src.what, src.closed, dst.what, dst.closed)
			return nil
		}(); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	fmt.Println(copyAll("a", "b"))
	fmt.Println(copyAll("a", "none", "b"))
}
