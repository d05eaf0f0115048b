package main

import "fmt"

type worker struct {
	name string
	live bool
}

func start(name string) *worker {
	fmt.Println("start", name)
	return &worker{name, true}
}

func (w *worker) run(task int) { fmt.Println("run", w.name, task, w.live) }

func (w *worker) Stop() {
	w.live = false
	fmt.Println("~ stop", w.name)
}

func numbered(n int) {
	for task := range n {
		func() {
			w := start(fmt.Sprint("worker-", task))
			defer w.Stop()
			w.run(task)
		}()
	}
}

func repeated(n int) {
	for range n {
		func() {
			w := start("again")
			defer w.Stop()
			w.run(n)
		}()
	}
}

func main() {
	numbered(3)
	repeated(2)
}
