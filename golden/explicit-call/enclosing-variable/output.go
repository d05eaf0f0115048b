package main

import "fmt"

func main() {
	done := make(chan string, 4)
	name := "first"
	say := func(s string) { done <- s }
	work := func(n int) int {
		origName := name
		name = "second"
		close(done)
		say(origName)
		return n
	}
	fmt.Println(func() (n int) {
		defer func() { fmt.Println(recover() != nil) }()
		return work(1)
	}())
	fmt.Println(len(done))
}
