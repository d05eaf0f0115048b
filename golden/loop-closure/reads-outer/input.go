package main

import "fmt"

type phase struct{ name string }

func begin(name string) *phase {
	fmt.Println("begin", name)
	return &phase{name}
}

func (p *phase) run() int { return len(p.name) }

func (p *phase) end(ok bool) { fmt.Println("~ end", p.name, ok) }

func runAll(budget int, names ...string) bool {
	ok := true
	for _, name := range names {
		p := begin(name)
		defer func() {
			p.end(ok)
		}()
		budget -= p.run()
		fmt.Println("left", budget)
		if budget < 0 {
			ok = false
		}
	}
	return ok
}

func main() {
	fmt.Println(runAll(10, "parse", "link"))
	fmt.Println(runAll(6, "parse", "link"))
}
