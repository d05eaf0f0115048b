package main

import "fmt"

type record struct {
	at     int
	closed bool
}

func open(at int) *record {
	fmt.Println("open at", at)
	return &record{at: at}
}

func (r *record) length(sizes []int) int { return sizes[r.at] }

func (r *record) Close() {
	r.closed = true
	fmt.Println("~ close", r.at)
}

func walk(sizes []int) {
	for i := 0; i < len(sizes); i++ {
		func() {
			r := open(i)
			defer r.Close()
			if n := r.length(sizes); n > 1 {
				i += n - 1
				return
			}
			fmt.Println("single", i, r.closed)
		}()
	}
}

func main() {
	walk([]int{1, 3, 9, 9, 1, 2})
}
