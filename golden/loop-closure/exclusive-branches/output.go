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

func read(names []string) {
	for _, n := range names {
		if f, err := open(n); err == nil {
			func() {
				defer f.Close()
				fmt.Println(f.read())
			}()
		} else {
			for i := 0; i < 2; i++ {
				spare, err := open("spare of " + fmt.Sprint(f))
				if err != nil {
					return
				}
				func() {
					defer spare.Close()
					fmt.Println(spare.read())
				}()
			}
		}
		fmt.Println("done", n)
	}
}

func main() {
	read([]string{"a", "", "b"})
}
