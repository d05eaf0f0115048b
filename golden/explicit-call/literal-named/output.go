package main

import "fmt"

func work(n int) int {
	cleanup := func() {
		if n == 1 {
			return
		}
		fmt.Println("~ not one")
	}
	if n == 0 {
		cleanup()
		return 10
	}
	cleanup()
	return n
}

func long(n int) (string, int) {
	total := 0
	cleanup := func() {
		total++
		fmt.Println("~ total", total)
		fmt.Println("~ one")
		fmt.Println("~ two")
	}
	if n == 0 {
		count := total
		cleanup()
		return "none", count
	}
	total += n
	count := total
	cleanup()
	return "some", count
}

func main() {
	fmt.Println(work(0))
	fmt.Println(work(1))
	fmt.Println(long(0))
	fmt.Println(long(2))
}
