package main

import "fmt"

type resource struct{ name string }

func open(name string) *resource { return &resource{name} }

func (r *resource) use() { fmt.Println("use", r.name) }

func (r *resource) close(a [2]int) { fmt.Println("~ close", r.name, a) }

func each(names []string) {
	for _, name := range names {
		a := [2]int{1, 2}
		r := open(name)
		origA := a
		r.use()
		a[0] = 7
		fmt.Println(a)
		r.close(origA)
	}
}

func main() {
	each([]string{"a", "b"})
}
