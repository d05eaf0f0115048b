package main

import (
	"fmt"
	"sync"
)

type request struct {
	id     int
	closed bool
}

func accept(id int) *request {
	fmt.Println("accept", id)
	return &request{id: id}
}

func (r *request) handle() { fmt.Println("handle", r.id, r.closed) }

func (r *request) Close() {
	r.closed = true
	fmt.Println("~ close", r.id)
}

func startWorker(ids <-chan int, wg *sync.WaitGroup) {
	wg.Add(1)
	go func() {
		defer wg.Done()
		for {
			id, more := <-ids
			if !more {
				break
			}
			r := accept(id)
			defer r.Close()
			r.handle()
		}
	}()
}

func main() {
	var wg sync.WaitGroup
	ids := make(chan int)
	startWorker(ids, &wg)
	for id := range 3 {
		ids <- id
	}
	close(ids)
	wg.Wait()
	fmt.Println("worker has ended")
}
