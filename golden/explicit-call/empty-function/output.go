package main

import "fmt"

func bye() { fmt.Println("~ bye") }

func work() {
	bye()
}

func main() {
	work()
	fmt.Println("done")
}
