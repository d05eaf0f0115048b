package main

import (
	"errors"
	"fmt"
)

type file struct{ name string }

func open(name string) (*file, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	fmt.Println("open", name)
	return &file{name}, nil
}

func (f *file) Close() error {
	fmt.Println("~ close", f.name)
	return nil
}

func each(names []string) error {
	for _, name := range names {
		err := func() error {
			f, err := open(name)
			if err != nil {
				return err
			}
			defer f.Close()
			fmt.Println("use", f.name)
			return nil
		}()
		if err != nil {
			return err
		}
	}
	return nil
}

func main() {
	fmt.Println(each([]string{"a", "b"}))
	fmt.Println(each([]string{"a", "", "c"}))
}
