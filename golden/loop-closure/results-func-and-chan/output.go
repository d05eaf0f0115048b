package main

import "fmt"

type plugin struct {
	name   string
	loaded bool
}

func load(name string) *plugin {
	fmt.Println("load", name)
	return &plugin{name, true}
}

func (p *plugin) Close() {
	p.loaded = false
	fmt.Println("~ unload", p.name)
}

func handlers(names ...string) (func(int) string, <-chan int) {
	for i, name := range names {
		if done, fn, ch := func() (bool, func(int) string, <-chan int) {
			p := load(name)
			defer p.Close()
			if name == "double" {
				ch := make(chan int, 1)
				ch <- i
				return true, func(n int) string { return fmt.Sprint(2 * n) }, ch
			}
			fmt.Println("not", p.name, p.loaded)
			return false, nil, nil
		}(); done {
			return fn, ch
		}
	}
	return nil, nil
}

func main() {
	f, ch := handlers("half", "double", "triple")
	fmt.Println(f(21), <-ch)
	f, ch = handlers("half")
	fmt.Println(f == nil, ch == nil)
}
