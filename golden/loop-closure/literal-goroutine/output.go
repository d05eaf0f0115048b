package main

import (
	"fmt"
	"sync"
)

type request struct {
	id     int
	closed bool
}

func (r *request) handle() { fmt.Println("handle", r.id, r.closed) }

func (r *request) Close() {
	r.closed = true
	fmt.Println("~ close", r.id)
}

func startWorker(requests <-chan *request, wg *sync.WaitGroup) {
	wg.Add(1)
	go func() {
		defer wg.Done()
		for {
			r, more := <-requests
			if !more {
				break
			}
			func() {
				defer r.Close()
				r.handle()
			}()
		}
	}()
}

func main() {
	var wg sync.WaitGroup
	requests := make(chan *request)
	startWorker(requests, &wg)
	for id := range 3 {
		requests <- &request{id: id}
	}
	close(requests)
	wg.Wait()
	fmt.Println("worker has ended")
}
