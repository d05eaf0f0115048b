package main

import "fmt"

type backend struct {
	name   string
	closed bool
}

func connect(name string) *backend {
	fmt.Println("connect", name)
	return &backend{name: name}
}

func (b *backend) Close() {
	b.closed = true
	fmt.Println("~ disconnect", b.name)
}

type proxy struct {
	read, write *backend
}

func (p *proxy) serve() {
	fmt.Println("read from", p.read.name, p.read.closed)
	fmt.Println("write to", p.write.name, p.write.closed)
}

func run(names map[string]bool, order ...string) {
	var p proxy
	for _, name := range order {
		b := connect(name)
		defer b.Close()
		if names[name] {
			p.write = b
		} else {
			p.read = b
		}
	}
	p.serve()
}

func main() {
	run(map[string]bool{"primary": true}, "replica", "primary")
}
