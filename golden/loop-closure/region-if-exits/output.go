package main

import (
	"errors"
	"fmt"
	"strings"
)

type archive struct {
	name   string
	closed bool
}

func unpack(name string) (*archive, error) {
	if name == "broken.zip" {
		return nil, errors.New("broken.zip: not a zip file")
	}
	fmt.Println("unpack", name)
	return &archive{name: name}, nil
}

func (a *archive) files() int {
	fmt.Println("count", a.name, a.closed)
	return len(a.name) - len(".zip")
}

func (a *archive) Close() error {
	a.closed = true
	fmt.Println("~ remove", a.name)
	return nil
}

func index(names ...string) error {
	for _, name := range names {
		if strings.HasSuffix(name, ".zip") {
			skip, err := func() (bool, error) {
				a, err := unpack(name)
				if err != nil {
					return false, err
				}
				defer a.Close()
				if a.files() == 0 {
					return true, nil
				}
				if a.files() > 5 {
					return false, fmt.Errorf("%s: too many files", name)
				}
				fmt.Println("indexed", name)
				return false, nil
			}()
			if err != nil {
				return err
			}
			if skip {
				continue
			}
		}
		fmt.Println("added", name)
	}
	return nil
}

func main() {
	fmt.Println(index("notes", "old.zip", ".zip", "todo"))
	fmt.Println(index("a.zip", "larger.zip", "b.zip"))
	fmt.Println(index("a", "broken.zip"))
}
