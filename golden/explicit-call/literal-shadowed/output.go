package main

import "fmt"

func work(n int) int {
	name := "outer"
	cleanup := func() {
		fmt.Println("~ name", name)
	}
	if name := "inner"; n > 0 {
		fmt.Println(name)
		cleanup()
		return n
	}
	name += "!"
	cleanup()
	return 0
}

func main() {
	fmt.Println(work(0))
	fmt.Println(work(1))
}
