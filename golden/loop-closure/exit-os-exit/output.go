package main

import (
	"fmt"
	"os"
)

type phase struct {
	name   string
	closed bool
}

func begin(name string) *phase {
	fmt.Println("begin", name)
	return &phase{name: name}
}

func (p *phase) Close() {
	p.closed = true
	fmt.Println("~ end", p.name)
}

func boot(names ...string) {
	for _, name := range names {
		func() {
			p := begin(name)
			defer p.Close()
			if p.name == "halt" {
				fmt.Println("halted", p.closed)
				os.Exit(4)
			}
			fmt.Println("booted", p.name)
		}()
	}
}

func main() {
	boot("bios", "kernel")
	boot("bios", "halt", "kernel")
}
