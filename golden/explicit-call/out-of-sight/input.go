package main

import "fmt"

type file struct{ name string }

func (f *file) Close() { fmt.Println("~ close", f.name) }

func work(n int) int {
	{
		f := &file{"inner"}
		defer f.Close()
		n++
	}
	return n
}

func main() {
	fmt.Println(work(0))
}
