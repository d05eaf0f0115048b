package main

import "fmt"

type file struct{ name string }

func (f *file) Close() { fmt.Println("~ close", f.name) }

func work(n int) int {
	f := &file{"outer"}
	origF := f
	if n > 0 {
		f := &file{"inner"}
		count := len(f.name)
		origF.Close()
		return count
	}
	origF.Close()
	return 0
}

func main() {
	fmt.Println(work(0))
	fmt.Println(work(1))
}
