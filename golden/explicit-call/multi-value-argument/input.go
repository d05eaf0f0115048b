package main

import "fmt"

func enter(name string) (string, int) {
	fmt.Println("enter", name)
	return name, len(name)
}

func leave(name string, n int) { fmt.Println("~ leave", name, n) }

func work(n int) int {
	defer leave(enter("work"))
	return n
}

func main() {
	fmt.Println(work(1))
}
