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

func (b *box) copyTo(into *int) (int, error) {
	if b.name == "bad" {
		return 0, errors.New("bad copy")
	}
	*into += len(b.name)
	return len(b.name), nil
}

func copyNamed(names ...string) error {
	var n int
	for _, name := range names {
		fmt.Println("copy", name)
		if err := func() error {
			b, err := open(name)
			if err != nil {
				return err
			}
			defer b.Close()
			_, err = b.copyTo(&n)
			return err
		}(); err != nil {
			return err
		}
	}
	return nil
}

func seen(names ...string) error {
	var n int
	for _, name := range names {
		fmt.Println("copy", name)
		if err := func() error {
			b, err := open(name)
			if err != nil {
				return err
			}
			defer func() { fmt.Println("~ closed after", err, b.name) }()
			if _, err := b.copyTo(&n); err != nil {
				return err
			}
			return nil
		}(); err != nil {
			return err
		}
	}
	return nil
}

func firstCopy(names ...string) (int, error) {
	var n int
	for _, name := range names {
		fmt.Println("copy", name)
		if done, result, err := func() (bool, int, error) {
			b, err := open(name)
			if err != nil {
				return false, 0, nil
			}
			defer b.Close()
			if len(b.name) > 3 {
				result, err := b.copyTo(&n)
				return true, result, err
			}
			return false, 0, nil
		}(); done {
			return result, err
		}
	}
	return 0, nil
}

func main() {
	fmt.Println(fillAll("one", "three"), fillAll("one", "bad", "two"), fillAll(""))
	fmt.Println(checkAll("one", "three"), checkAll("one", "bad", "two"))
	fmt.Println(copyNamed("one", "three"), copyNamed("one", "bad", "two"), seen("one", "bad"))
	fmt.Println(firstCopy("one", "", "three"))
	fmt.Println(commented("one", "three"), commented("one", "bad", "two"))
}
