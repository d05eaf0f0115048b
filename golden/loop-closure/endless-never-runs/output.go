package main

import (
	"fmt"
	"os"
)

type job struct {
	id   int
	open bool
}

// openJob waits for the next job; the program ends when there are none.
func openJob(ids <-chan int) *job {
	id, more := <-ids
	if !more {
		fmt.Println("no more jobs")
		os.Exit(0)
	}
	return &job{id, true}
}

func (j *job) run() { fmt.Println("run", j.id, j.open) }

func (j *job) Close() {
	j.open = false
	fmt.Println("~ close", j.id)
}

func work(ids <-chan int) {
	for {
		func() {
			j := openJob(ids)
			defer j.Close()
			j.run()
		}()
	}
}

func main() {
	ids := make(chan int, 3)
	for id := range 3 {
		ids <- id
	}
	close(ids)
	work(ids)
}
