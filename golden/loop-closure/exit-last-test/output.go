package main

import (
	"errors"
	"fmt"
)

type box struct {
	name string
}

func open(name string) (*box, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	return &box{name}, nil
}

func (b *box) fill(into *int) error {
	if b.name == "bad" {
		return errors.New("bad box")
	}
	*into += len(b.name)
	return nil
}

type problem struct{}

func (*problem) Error() string { return "problem" }

func (b *box) check() *problem {
	if b.name == "bad" {
		return &problem{}
	}
	return nil
}

func (b *box) Close() {
	fmt.Println("~ close", b.name)
}

func fillAll(names ...string) error {
	for _, name := range names {
		if err := func() error {
			b, err := open(name)
			if err != nil {
				return err
			}
			defer b.Close()
			var n int
			return b.fill(&n)
		}(); err != nil {
			return err
		}
	}
	return nil
}

func checkAll(names ...string) error {
	for _, name := range names {
		if err := func() error {
			b, err := open(name)
			if err != nil {
				return err
			}
			defer b.Close()
			if err := b.check(); err != nil {
				return err
			}
			return nil
		}(); err != nil {
			return err
		}
	}
	return nil
}

func commented(names ...string) error {
	for _, name := range names {
		if err := func() error {
			b, err := open(name)
			if err != nil {
				return err
			}
			defer b.Close()
			var n int
			if err := b.fill(&n); err != nil {
				// Nothing to be done about it.
				return err
			}
			return nil
		}(); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	fmt.Println(fillAll("one", "three"), fillAll("one", "bad", "two"), fillAll(""))
	fmt.Println(checkAll("one", "three"), checkAll("one", "bad", "two"))
	fmt.Println(commented("one", "three"), commented("one", "bad", "two"))
}
