package main

import "fmt"

func main() {
	done := make(chan string, 4)
	name := "first"
	say := func(s string) { done <- s }
	work := func(n int) int {
		defer say(name)
		defer close(done)
		name = "second"
		return n
	}
	other := make(chan string)
	say = func(s string) { fmt.Println("~ say", s); close(other) }
	fmt.Println(work(1))
	_, open := <-other
	fmt.Println(len(done), open)
}
