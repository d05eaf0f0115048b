package main

import (
	"errors"
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

// countAll waits for all goroutines of an iteration at its end.
func countAll(names []string) []int {
	counts := make([]int, 2*len(names))
	for i, name := range names {
		func() {
			t := open(name)
			defer t.Close()
			var wg sync.WaitGroup
			for k := range 2 {
				wg.Add(1)
				go func() {
					defer wg.Done()
					counts[2*i+k] = k + t.rows()
				}()
			}
			wg.Wait()
		}()
	}
	return counts
}

var errNone = errors.New("no rows")

// countFirst goes on when the goroutine has sent, or leaves.
func countFirst(names []string, stop <-chan bool) (int, error) {
	total := 0
	for _, name := range names {
		if done, err := func() (bool, error) {
			t := open(name)
			defer t.Close()
			sum := make(chan int)
			go func() {
				n := t.rows()
				sum <- n
			}()
			select {
			case n := <-sum:
				total += n
			case <-stop:
				return true, errNone
			}
			return false, nil
		}(); done {
			return total, err
		}
	}
	return total, nil
}

// countReady goes on when the goroutine has begun.
func countReady(names []string) int {
	total, sums := 0, make(chan int, len(names))
	for _, name := range names {
		t := open(name)
		defer t.Close()
		ready := make(chan bool)
		go func() {
			ready <- true
			sums <- t.rows()
		}()
		<-ready
	}
	for range names {
		total += <-sums
	}
	return total
}

func main() {
	fmt.Println(countAll([]string{"users", "items"}))
	fmt.Println(countFirst([]string{"users", "items"}, nil))
	stop := make(chan bool)
	close(stop)
	_, err := countFirst(nil, stop)
	fmt.Println(err)
	fmt.Println(countReady([]string{"users", "orders"}))
}
