package main

import (
	"fmt"
	"time"
)

func since(start time.Time) time.Duration { return time.Since(start) }

func observe(what string, took time.Duration) {
	if took < 10*time.Millisecond {
		fmt.Println("!", what, "took no time")
	}
	fmt.Println("~ observed", what)
}

func work(name string) {
	start := time.Now()
	defer func() {
		observe(name, since(start))
	}()
	time.Sleep(20 * time.Millisecond)
	fmt.Println("worked")
}

func main() { work("it") }
