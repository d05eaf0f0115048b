package main

import "fmt"

type logger struct{}

func (logger) Fatal(v ...any) { fmt.Println(v...) }

func bye() { fmt.Println("~ bye") }

func work(n int) int {
	var log logger
	if n > 1 {
		log.Fatal("too much")
	}
	bye()
	return n
}

func end(n int) {
	var log logger
	if n == 0 {
		bye()
		return
	}
	log.Fatal("the end")
	bye()
}

func main() {
	fmt.Println(work(1))
	fmt.Println(work(2))
	end(0)
	end(1)
}
