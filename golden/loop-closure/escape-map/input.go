package main

import "fmt"

type plugin struct {
	name   string
	closed bool
}

func load(name string) *plugin {
	fmt.Println("load", name)
	return &plugin{name: name}
}

func (p *plugin) run() { fmt.Println("run", p.name, p.closed) }

func (p *plugin) Close() {
	p.closed = true
	fmt.Println("~ unload", p.name)
}

func runInOrder(order []string, names ...string) {
	plugins := make(map[string]*plugin)
	for _, name := range names {
		p := load(name)
		defer p.Close()
		plugins[p.name] = p
	}
	for _, name := range order {
		plugins[name].run()
	}
}

func main() {
	runInOrder([]string{"b", "a"}, "a", "b")
}
