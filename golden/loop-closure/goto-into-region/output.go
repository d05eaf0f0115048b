package main

import "fmt"

type entry struct {
	name   string
	closed bool
}

func load(name string) *entry {
	fmt.Println("load", name)
	return &entry{name: name}
}

func (e *entry) Close() {
	e.closed = true
	fmt.Println("~ unload", e.name)
}

func show(cache map[string]string, names ...string) {
	for _, name := range names {
		func() {
			var e *entry
			text, ok := cache[name]
			if ok {
				goto print
			}
			e = load(name)
			defer e.Close()
			text = fmt.Sprint("fresh ", e.name, e.closed)
		print:
			fmt.Println(name, text)
		}()
	}
}

func main() {
	show(map[string]string{"b": "cached b"}, "a", "b", "c")
}
