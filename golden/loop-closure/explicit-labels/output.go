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

func search(want string, rows ...[]string) {
rows:
	for i, row := range rows {
		stop, jump := func() (bool, bool) {
			f := open(fmt.Sprint("row", i))
			defer f.Close()
			for _, name := range row {
				if name == "skip" {
					continue
				}
				if name == "next" {
					return false, false
				}
				if name == "stop" {
					return true, false
				}
				if name == "out" {
					return false, true
				}
				switch {
				case name == want:
					fmt.Println("found", name, f.size())
					break
				default:
					fmt.Println("not", name)
				}
			}
			fmt.Println("end of", f.name)
			return false, false
		}()
		if stop {
			break rows
		}
		if jump {
			goto out
		}
	}
	fmt.Println("all rows")
out:
	fmt.Println("left")
}

func main() {
	search("b", []string{"a", "skip", "b"}, []string{"next", "b"}, []string{"c"})
	search("b", []string{"stop"}, []string{"b"})
	search("b", []string{"out"}, []string{"b"})
}
