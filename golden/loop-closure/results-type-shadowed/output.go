package main

import "fmt"

type record struct{ key, value string }

type file struct {
	name   string
	closed bool
}

func open(name string) *file {
	fmt.Println("open", name)
	return &file{name: name}
}

func (f *file) read() record { return record{f.name, fmt.Sprint(f.closed)} }

func (f *file) Close() {
	f.closed = true
	fmt.Println("~ close", f.name)
}

func first(key string, names ...string) (record, bool) {
	for _, name := range names {
		if done, result := func() (done bool, result record) {
			record := open(name)
			defer record.Close()
			if r := record.read(); r.key == key {
				return true, r
			}
			return
		}(); done {
			return result, true
		}
	}
	return record{}, false
}

func main() {
	fmt.Println(first("b", "a", "b", "c"))
	fmt.Println(first("z", "a"))
}
