package main

import (
	"errors"
	"fmt"
	"io"
)

type archive struct{ entries []string }

func (a *archive) next() (*entry, error) {
	if len(a.entries) == 0 {
		return nil, io.EOF
	}
	name := a.entries[0]
	a.entries = a.entries[1:]
	if name == "" {
		return nil, errors.New("corrupt header")
	}
	fmt.Println("entry", name)
	return &entry{name: name}, nil
}

type entry struct {
	name   string
	closed bool
}

func (e *entry) extract() error {
	fmt.Println("extract", e.name, e.closed)
	switch e.name {
	case "evil":
		return errors.New("outside of the directory")
	case "end":
		return io.EOF
	}
	return nil
}

func (e *entry) Close() error {
	e.closed = true
	fmt.Println("~ close", e.name)
	return nil
}

func extract(a *archive) error {
	for {
		stop, err := func() (bool, error) {
			e, err := a.next()
			if err == io.EOF {
				return true, nil
			}
			if err != nil {
				return false, err
			}
			defer e.Close()
			err = e.extract()
			if err == io.EOF {
				return true, nil
			}
			if err != nil {
				return false, fmt.Errorf("extract %s: %w", e.name, err)
			}
			return false, nil
		}()
		if err != nil {
			return err
		}
		if stop {
			break
		}
	}
	fmt.Println("complete")
	return nil
}

func main() {
	fmt.Println(extract(&archive{[]string{"a", "b"}}))
	fmt.Println(extract(&archive{[]string{"a", "end", "b"}}))
	fmt.Println(extract(&archive{[]string{"a", "evil", "b"}}))
	fmt.Println(extract(&archive{[]string{"a", ""}}))
}
