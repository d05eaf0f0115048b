package main

import "fmt"

type logger struct{}

func (logger) Fatal(v ...any) { fmt.Println(v...) }

func bye() { fmt.Println("~ bye") }

func work(n int) int {
	var log logger
	defer bye()
	if n > 1 {
		log.Fatal("too much")
	}
	return n
}

func end(n int) {
	var log logger
	defer bye()
	if n == 0 {
		return
	}
	log.Fatal("the end")
}

func main() {
	fmt.Println(work(1))
	fmt.Println(work(2))
	end(0)
	end(1)
}
