package main

import (
	"fmt"
	"sync"
)

type box struct {
	lock sync.Locker
	n    int
}

func (b *box) get() int {
	b.lock.Lock()
	n := b.n
	b.lock.Unlock()
	return n
}

func main() {
	b := &box{&sync.Mutex{}, 3}
	fmt.Println(b.get(), b.get())
}
