package main

import (
	"errors"
	"fmt"
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

var hooks []string

func hook(name string) func() {
	hooks = append(hooks, name)
	return func() { fmt.Println("~ unhook", name) }
}

func read(names []string, hooked bool) (count int) {
	for i, n := range names {
		if first, err := open(n + ".head"); err == nil {
			if done := func() bool {
				defer first.Close()
				fmt.Println(first.read())
				if i > 2 {
					return true
				}
				return false
			}(); done {
				return i
			}
		}
		switch {
		case hooked:
			undo := hook(n)
			defer undo()
		}
		f, err := open(n)
		if err != nil {
			return
		}
		if done := func() bool {
			defer f.Close()
			fmt.Println(f.read())
			if i > 1 {
				return true
			}
			return false
		}(); done {
			return 1
		}
	}
	return 0
}

func main() {
	fmt.Println(read([]string{"a", "b"}, true))
	fmt.Println(read([]string{"a", "b", "c", "d"}, false))
	fmt.Println(read([]string{"a", ""}, false))
}
