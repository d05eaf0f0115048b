package main

import (
	"fmt"
	"runtime"
	"sync"
)

type ticket struct {
	n    int
	torn bool
}

func draw(n int) *ticket {
	fmt.Println("draw", n)
	return &ticket{n: n}
}

func (t *ticket) Close() {
	t.torn = true
	fmt.Println("~ tear up", t.n)
}

func serve(last int) {
	for n := range 4 {
		func() {
			t := draw(n)
			defer t.Close()
			if n == last {
				fmt.Println("no more")
				runtime.Goexit()
			}
			fmt.Println("serve", t.n, t.torn)
		}()
	}
	fmt.Println("all served")
}

func main() {
	var wg sync.WaitGroup
	for _, last := range []int{1, 9} {
		wg.Add(1)
		go func() {
			defer wg.Done()
			serve(last)
		}()
		wg.Wait()
	}
}
