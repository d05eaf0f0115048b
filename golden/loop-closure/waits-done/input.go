package main

import (
	"fmt"
	"sync"
)

type batch struct{ wg sync.WaitGroup }

func (b *batch) process(items []string) {
	for _, item := range items {
		b.wg.Add(1)
		defer b.wg.Done()
		fmt.Println("process", item)
	}
}

func main() {
	var b batch
	b.process([]string{"a", "b"})
	b.wg.Wait()
	fmt.Println("all done")
}
