package main

import (
	"fmt"
)

type file struct {
	name   string
	closed bool
}

func open(name string) *file {
	fmt.Println("open", name)
	return &file{name: name}
}

func (f *file) size() int {
	fmt.Println("size of", f.name, f.closed)
	return len(f.name)
}

func (f *file) Close() error {
	f.closed = true
	fmt.Println("~ close", f.name)
	return nil
}

func take(name string) string {
	fmt.Println("take", name)
	return name
}

func give(name string) {
	fmt.Println("give", name)
}

func total(names ...string) int {
	sum := 0
	for _, name := range names {
		if name != "" {
			f := open(name)
			sum += f.size()
			fmt.Println("~ at", sum)
			f.Close()
		}
		if sum < 4 {
			g := open(name + "'")
			func() {
				fmt.Println("~ with", sum)
				g.Close()
			}()
		}
		defer give(take(name))
	}
	fmt.Println("sum", sum)
	return sum
}

func main() {
	fmt.Println(total("a"))
}
