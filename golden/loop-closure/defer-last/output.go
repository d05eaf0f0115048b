package main

import "fmt"

type report struct {
	name   string
	closed bool
}

func open(name string) *report {
	fmt.Println("open", name)
	return &report{name: name}
}

func (r *report) print() { fmt.Println("print", r.name, r.closed) }

func (r *report) Close() error {
	r.closed = true
	fmt.Println("~ close", r.name)
	return nil
}

func printAll(names []string) {
	for _, name := range names {
		r := open(name)
		r.print()
		r.Close()
	}
	fmt.Println("printed", len(names))
}

func main() {
	printAll([]string{"daily", "weekly"})
}
