package main

import "fmt"

func work(n int) int {
	defer func() {
		if n == 1 {
			return
		}
		fmt.Println("~ not one")
	}()
	if n == 0 {
		return 10
	}
	return n
}

func long(n int) (string, int) {
	total := 0
	defer func() {
		total++
		fmt.Println("~ total", total)
		fmt.Println("~ one")
		fmt.Println("~ two")
	}()
	if n == 0 {
		return "none", total
	}
	total += n
	return "some", total
}

func main() {
	fmt.Println(work(0))
	fmt.Println(work(1))
	fmt.Println(long(0))
	fmt.Println(long(2))
}
