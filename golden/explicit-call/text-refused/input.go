package main

import (
	"fmt"
	"sync"
)

var mu sync.Mutex

func raw(n int) int {
	defer fmt.Println(`~ raw
  string`)
	if n > 0 {
		return 1
	}
	return n
}

func line() int { mu.Lock(); defer mu.Unlock(); /* what now? */ return 3 }

type flag bool

type box struct{ n uint }

func (b *box) both() (flag, uint64) {
	mu.Lock()
	defer mu.Unlock()
	return b.n == 1, 1 << b.n
}

func main() {
	fmt.Println(raw(0), raw(1), line())
	fmt.Println((&box{1}).both())
}
