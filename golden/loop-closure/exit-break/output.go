package main

import "fmt"

type reader struct {
	part   int
	closed bool
}

func openPart(part int) *reader {
	fmt.Println("open", part)
	return &reader{part: part}
}

func (r *reader) last() bool {
	fmt.Println("read", r.part, r.closed)
	return r.part == 2
}

func (r *reader) Close() {
	r.closed = true
	fmt.Println("~ close", r.part)
}

func readParts() {
	for part := 0; ; part++ {
		if stop := func() bool {
			r := openPart(part)
			defer r.Close()
			if r.last() {
				return true
			}
			fmt.Println("next after", part)
			return false
		}(); stop {
			break
		}
	}
	fmt.Println("all read")
}

func main() {
	readParts()
}
