package main

import (
	"fmt"
	"sync"
)

var mu sync.Mutex

type job struct{ n int }

func (j *job) done() { mu.Unlock() }

func (j *job) run() int {
	mu.Lock()
	defer j.done()
	return j.n
}

func main() {
	fmt.Println((&job{1}).run())
	func() {
		defer func() { fmt.Println(recover() != nil, mu.TryLock()) }()
		var j *job
		j.run()
	}()
}
