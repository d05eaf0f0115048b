package main

import (
	"fmt"
	"strings"
)

type input struct {
	name   string
	closed bool
}

func open(name string) *input {
	fmt.Println("open", name)
	return &input{name: name}
}

func (in *input) lines() int { return strings.Count(in.name, "l") }

func (in *input) print() { fmt.Println("print", in.name, in.closed) }

func (in *input) Close() {
	in.closed = true
	fmt.Println("~ close", in.name)
}

func printAll(names []string) {
	for _, name := range names {
		func() {
			in := open(name)
			defer in.Close()
			if in.lines() == 0 {
				fmt.Println("empty", name)
				return
			}
			if strings.HasPrefix(name, "x") {
				return
			}
			in.print()
		}()
	}
}

func main() {
	printAll([]string{"all", "none", "xl", "last", "dry"})
}
