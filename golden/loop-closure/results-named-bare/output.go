package main

import (
	"errors"
	"fmt"
)

type feed struct {
	name   string
	closed bool
}

func subscribe(name string) (*feed, error) {
	if name == "" {
		return nil, errors.New("no feed")
	}
	fmt.Println("subscribe", name)
	return &feed{name: name}, nil
}

func (f *feed) items() int {
	fmt.Println("items of", f.name, f.closed)
	return len(f.name)
}

func (f *feed) Close() {
	f.closed = true
	fmt.Println("~ unsubscribe", f.name)
}

func count(max int, names ...string) (total int, err error) {
	for _, name := range names {
		if done := func() bool {
			var f *feed
			f, err = subscribe(name)
			if err != nil {
				return true
			}
			defer f.Close()
			total += f.items()
			if total > max {
				err = fmt.Errorf("more than %d", max)
				return true
			}
			if total == max {
				return true
			}
			return false
		}(); done {
			return
		}
	}
	fmt.Println("counted")
	return
}

func main() {
	fmt.Println(count(9, "go", "rust"))
	fmt.Println(count(6, "go", "rust", "c"))
	fmt.Println(count(5, "go", "rust"))
	fmt.Println(count(5, "go", ""))
}
