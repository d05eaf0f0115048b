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

func names(dirs, files []string) (int, error) {
	for _, d := range dirs {
		if err := func() error {
			dir, problem := open(d)
			defer dir.Close()
			for _, n := range files {
				f, err := open(n)
				if err != nil {
					return err
				}
				func() {
					defer f.Close()
					fmt.Println(f.read(), problem != nil)
				}()
			}
			return nil
		}(); err != nil {
			return 1, err
		}
	}
	return 0, nil
}

func main() {
	fmt.Println(names([]string{"d", "e"}, []string{"a", "b"}))
	fmt.Println(names([]string{"d"}, []string{"a", ""}))
}
