package main

import "fmt"

func bye() { fmt.Println("~ bye") }

func work() {
	defer bye()
}

func main() {
	work()
	fmt.Println("done")
}
