package main

import "fmt"

func main() {
	done := make(chan string, 4)
	name := "first"
	say := func(s string) { done <- s }
	work := func(n int) int {
		release := say
		origName := name
		name = "second"
		close(done)
		release(origName)
		return n
	}
	other := make(chan string)
	say = func(s string) { fmt.Println("~ say", s); close(other) }
	fmt.Println(work(1))
	_, open := <-other
	fmt.Println(len(done), open)
}
