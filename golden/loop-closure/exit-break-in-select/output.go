package main

import "fmt"

type slot struct {
	n    int
	free bool
}

func take(n int) *slot {
	fmt.Println("take", n)
	return &slot{n: n}
}

func (s *slot) Close() {
	s.free = true
	fmt.Println("~ free", s.n)
}

func run(work chan string, quit chan struct{}) {
loop:
	for n := 1; ; n++ {
		if stop := func() bool {
			s := take(n)
			defer s.Close()
			select {
			case w := <-work:
				fmt.Println("work", w, s.n, s.free)
				if len(work) == 0 {
					close(quit)
					work = nil
				}
			case <-quit:
				fmt.Println("quit")
				return true
			}
			return false
		}(); stop {
			break loop
		}
	}
	fmt.Println("left")
}

func main() {
	work := make(chan string, 2)
	work <- "a"
	work <- "b"
	run(work, make(chan struct{}))
}
