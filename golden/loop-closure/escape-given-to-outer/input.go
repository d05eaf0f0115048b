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

type member interface {
	read() string
	join(r *room)
	Close() error
}

type room struct{ members []member }

func (f *file) join(r *room) { r.members = append(r.members, f) }

func open2(name string) (member, error) { return open(name) }

func gather(r *room, names ...string) {
	for _, name := range names {
		m, err := open2(name)
		if err != nil {
			return
		}
		defer m.Close()
		fmt.Println(m.read())
		m.join(r)
	}
	for _, m := range r.members {
		fmt.Println(m.read())
	}
}

func main() {
	gather(&room{}, "a", "b")
}
