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

type log struct{ to *file }

func newLog(to *file) *log { return &log{to} }

func (l *log) write() { fmt.Println("write to", l.to.read()) }

func (l *log) Close() error { return l.to.Close() }

func openAll(names ...string) (all []*file) {
	for _, name := range names {
		f, err := open(name)
		if err != nil {
			return all
		}
		l := newLog(f)
		defer l.Close()
		l.write()
		all = append(all, f)
	}
	return all
}

func main() {
	fmt.Println(len(openAll("a", "b")))
}
