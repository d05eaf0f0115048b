package main

import "fmt"

type frame struct {
	n     int
	freed bool
}

func grab(n int) *frame {
	fmt.Println("grab", n)
	return &frame{n: n}
}

func (f *frame) Free() {
	f.freed = true
	fmt.Println("~ free", f.n)
}

func record(n int) {
	frames := make(chan *frame, n)
	for i := range n {
		f := grab(i)
		defer f.Free()
		frames <- f
	}
	close(frames)
	for f := range frames {
		fmt.Println("encode", f.n, f.freed)
	}
}

func main() {
	record(3)
}
