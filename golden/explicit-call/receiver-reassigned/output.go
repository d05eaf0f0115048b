package main

import "fmt"

type file struct{ name string }

func (f *file) Close() { fmt.Println("~ close", f.name) }

func work(name string) string {
	f := &file{name}
	origF := f
	if name == "a" {
		f = &file{"other"}
	}
	s := f.name
	origF.Close()
	return s
}

func main() {
	fmt.Println(work("a"))
	fmt.Println(work("b"))
}
