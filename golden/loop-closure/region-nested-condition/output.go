package main

import "fmt"

type writer struct {
	name   string
	shared bool
	closed bool
}

var stdout = &writer{name: "stdout", shared: true}

func create(name string) *writer {
	fmt.Println("create", name)
	return &writer{name: name}
}

func (w *writer) print(text string) { fmt.Println(w.name, "<-", text, w.closed) }

func (w *writer) Close() {
	w.closed = true
	fmt.Println("~ close", w.name)
}

func export(texts map[string]string, names ...string) {
	for _, name := range names {
		func() {
			w := stdout
			if name != "-" {
				w = create(name)
				defer w.Close()
			}
			w.print(texts[name])
		}()
	}
}

func main() {
	export(map[string]string{"-": "one", "f": "two"}, "-", "f", "-")
}
