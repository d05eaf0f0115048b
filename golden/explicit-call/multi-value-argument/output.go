package main

import "fmt"

func enter(name string) (string, int) {
	fmt.Println("enter", name)
	return name, len(name)
}

func leave(name string, n int) { fmt.Println("~ leave", name, n) }

func work(n int) int {
	saved, saved2 := enter("work")
	leave(saved, saved2)
	return n
}

func main() {
	fmt.Println(work(1))
}
