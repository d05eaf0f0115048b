package main

import (
	"fmt"
	"sync"
)

type pool struct {
	wg   sync.WaitGroup
	jobs chan int
}

func newPool(n int) *pool {
	p := &pool{jobs: make(chan int, n)}
	for i := range n {
		p.jobs <- i
	}
	close(p.jobs)
	return p
}

func (p *pool) work(results []int) {
	defer p.wg.Done()
	for i := range p.jobs {
		results[i] = i * i
	}
}

func squares(rounds, n int) [][]int {
	all := make([][]int, rounds)
	for round := range rounds {
		results := make([]int, n)
		var wg sync.WaitGroup
		wg.Add(1)
		defer wg.Wait()
		p := newPool(n)
		p.wg.Add(1)
		go func() {
			defer wg.Done()
			p.work(results)
		}()
		all[round] = results
	}
	return all
}

func main() {
	fmt.Println(squares(2, 4))
}
