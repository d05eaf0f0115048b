package main

import (
	"fmt"
	"runtime"
)

type probe struct {
	name   string
	closed bool
}

func open(name string) *probe {
	return &probe{name: name}
}

func (p *probe) Close() {
	p.closed = true
	fmt.Println("~ close", p.name)
}

func where(names ...string) {
	for _, name := range names {
		p := open(name)
		defer p.Close()
		pc, _, _, ok := runtime.Caller(0)
		fmt.Println(p.name, ok, runtime.FuncForPC(pc).Name(), p.closed)
	}
}

func main() {
	where("a", "b")
}
