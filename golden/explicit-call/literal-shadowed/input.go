package main

import "fmt"

func work(n int) int {
	name := "outer"
	defer func() {
		fmt.Println("~ name", name)
	}()
	if name := "inner"; n > 0 {
		fmt.Println(name)
		return n
	}
	name += "!"
	return 0
}

func main() {
	fmt.Println(work(0))
	fmt.Println(work(1))
}
