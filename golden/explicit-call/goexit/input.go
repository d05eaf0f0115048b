package main

import (
	"fmt"
	"runtime"
)

func work(n int, done chan bool) {
	defer close(done)
	if n > 0 {
		runtime.Goexit()
	}
	fmt.Println("zero")
}

func main() {
	for n := range 2 {
		done := make(chan bool)
		go work(n, done)
		<-done
	}
	fmt.Println("done")
}
