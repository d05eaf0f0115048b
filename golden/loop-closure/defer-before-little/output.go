package main

import "fmt"

type file struct {
	name string
}

func open(name string) *file {
	fmt.Println("open", name)
	return &file{name}
}

func (f *file) read() string { return f.name }

func (f *file) Close() {
	fmt.Println("~ close", f.name)
}

func count(names ...string) (n int) {
	for _, name := range names {
		f := open(name)
		fmt.Println(f.read())
		f.Close()
		n++
	}
	return n
}

func search(names ...string) bool {
	for _, name := range names {
		f := open(name)
		if f.read() == "skip" {
			f.Close()
			continue
		}
		fmt.Println("look at", name)
		f.Close()
	}
	return false
}

func watched(names ...string) (n int) {
	defer func() { fmt.Println("counted", n) }()
	for _, name := range names {
		func() {
			f := open(name)
			fmt.Println(f.read())
			defer f.Close()
			n++
		}()
	}
	return n
}

func main() {
	fmt.Println(count("a", "b"), search("a", "skip", "b"), watched("a", "b"))
}
