package main

import "fmt"

func bye(s string) { fmt.Println("~ bye", s) }

func work(n int) int {
	if n > 0 {
		bye("positive")
		return n
	}
	bye("other")
	return -n
}

func main() {
	fmt.Println(work(1))
	fmt.Println(work(-1))
}
