package main

import (
	"fmt"
	"sync"
)

type table struct {
	name   string
	closed bool
}

func open(name string) *table {
	fmt.Println("open", name)
	return &table{name: name}
}

func (t *table) rows() int {
	if t.closed {
		return -1
	}
	return len(t.name)
}

func (t *table) Close() {
	t.closed = true
	fmt.Println("~ close", t.name)
}

func countAll(names []string) []int {
	counts := make([]int, len(names))
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i, name := range names {
		t := open(name)
		defer t.Close()
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-start
			counts[i] = t.rows()
		}()
	}
	close(start)
	wg.Wait()
	return counts
}

func main() {
	fmt.Println(countAll([]string{"users", "items"}))
}
