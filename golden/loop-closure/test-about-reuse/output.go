package main

import (
	"errors"
	"fmt"
	"testing"
)

type file struct {
	name string
	open bool
}

func open(name string) (*file, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	fmt.Println("open", name)
	return &file{name, true}, nil
}

func (f *file) read() string {
	if !f.open {
		return f.name + " is closed"
	}
	return "text of " + f.name
}

func (f *file) Close() error {
	fmt.Println("~ close", f.name)
	f.open = false
	return nil
}

func testOpenReuse(t *testing.T, names []string) {
	seen := map[int]bool{}
	for _, n := range names {
		func() {
			f, err := open(n)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			seen[len(f.read())] = true
		}()
	}
	if len(seen) != 1 {
		t.Errorf("%d sizes", len(seen))
	}
}

func main() {
	testOpenReuse(new(testing.T), []string{"a", "b"})
}
