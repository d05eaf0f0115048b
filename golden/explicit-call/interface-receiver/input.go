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
	defer b.lock.Unlock()
	return b.n
}

func main() {
	b := &box{&sync.Mutex{}, 3}
	fmt.Println(b.get(), b.get())
}
