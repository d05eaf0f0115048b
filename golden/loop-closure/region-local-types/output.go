package main

import "fmt"

type feed struct {
	name   string
	closed bool
}

func open(name string) *feed {
	fmt.Println("open", name)
	return &feed{name: name}
}

func (f *feed) Close() {
	f.closed = true
	fmt.Println("~ close", f.name)
}

func poll(names ...string) (string, bool) {
	for i, name := range names {
		const limit = 4
		type item struct {
			title string
			rank  int
		}
		if done, title, closed := func() (bool, string, bool) {
			f := open(name)
			defer f.Close()
			var it item
			it.title, it.rank = f.name, len(f.name)*(i+1)
			better := func(other item) bool { return it.rank > other.rank }
			if better(item{"none", limit}) {
				return true, it.title, f.closed
			}
			fmt.Printf("%+v\n", it)
			return false, "", false
		}(); done {
			return title, closed
		}
	}
	return "", false
}

func main() {
	fmt.Println(poll("a", "bb", "ccc"))
	fmt.Println(poll("a"))
}
