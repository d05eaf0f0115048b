package main

import "fmt"

func bye() { fmt.Println("~ bye") }

func numbers(yield func(int) bool) {
	for i := range 5 {
		if !yield(i) {
			fmt.Println("~ numbers done")
			return
		}
	}
	fmt.Println("~ numbers done")
}

func find(n int) int {
	defer bye()
	for i := range numbers {
		if i == n {
			return i * 10
		}
	}
	return -1
}

func main() {
	fmt.Println(find(2))
	fmt.Println(find(9))
}
