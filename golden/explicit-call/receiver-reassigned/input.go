package main

import "fmt"

type file struct{ name string }

func (f *file) Close() { fmt.Println("~ close", f.name) }

func work(name string) string {
	f := &file{name}
	defer f.Close()
	if name == "a" {
		f = &file{"other"}
	}
	return f.name
}

func main() {
	fmt.Println(work("a"))
	fmt.Println(work("b"))
}
