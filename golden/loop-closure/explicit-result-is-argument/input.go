package main

import "fmt"

type file struct{ name string }

func open(name string) *file {
	fmt.Println("open", name)
	return &file{name: name}
}

func (f *file) size() int { return len(f.name) }

func (f *file) Close(n int) { fmt.Println("~ close", f.name, n) }

func longest(names []string) (n int, err error) {
	for _, name := range names {
		f := open(name)
		defer f.Close(n)
		if f.size() > 2 {
			return f.size(), nil
		}
	}
	return n, err
}

func main() {
	fmt.Println(longest([]string{"a", "bcd", "e"}))
}
