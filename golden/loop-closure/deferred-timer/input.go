package main

import "fmt"

var clock int

func timed(name string) func() {
	start := clock
	return func() { fmt.Println("~ took", name, clock-start) }
}

func work(n int) { clock += n }

func runAll(tasks ...int) {
	for i, n := range tasks {
		defer timed(fmt.Sprint("task ", i))()
		work(n)
		fmt.Println("worked", n)
	}
}

func main() {
	runAll(2, 5)
}
