package main

import (
	"fmt"
	"strings"
)

type archive struct {
	name   string
	closed bool
}

func unpack(name string) *archive {
	fmt.Println("unpack", name)
	return &archive{name: name}
}

func (a *archive) list() { fmt.Println("list", a.name, a.closed) }

func (a *archive) Close() error {
	a.closed = true
	fmt.Println("~ remove", a.name)
	return nil
}

func listAll(names []string) {
	for _, name := range names {
		if strings.HasSuffix(name, ".zip") {
			func() {
				a := unpack(name)
				defer a.Close()
				a.list()
			}()
		}
		fmt.Println("listed", name)
	}
}

func main() {
	listAll([]string{"notes", "old.zip", "new.zip", "todo"})
}
