package main

import "fmt"

type engine struct {
	name    string
	stopped bool
}

func start(name string) *engine {
	fmt.Println("start", name)
	return &engine{name: name}
}

func (e *engine) stop() {
	e.stopped = true
	fmt.Println("~ stop", e.name)
	if e.name == "stuck" {
		panic("will not stop")
	}
}

func runAll(names ...string) {
	for _, name := range names {
		func() {
			e := start(name)
			defer func() {
				defer func() {
					if v := recover(); v != nil {
						fmt.Println("~ ignored:", v)
					}
				}()
				e.stop()
			}()
			fmt.Println("run", e.name, e.stopped)
		}()
	}
}

func main() {
	runAll("a", "stuck", "b")
}
