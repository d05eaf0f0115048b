package main

import "fmt"

type file struct{ name string }

func (f *file) Close() { fmt.Println("~ close", f.name) }

func work(n int) int {
	f := &file{"outer"}
	defer f.Close()
	if n > 0 {
		f := &file{"inner"}
		return len(f.name)
	}
	return 0
}

func main() {
	fmt.Println(work(0))
	fmt.Println(work(1))
}
