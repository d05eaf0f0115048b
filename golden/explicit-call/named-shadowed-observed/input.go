package main

import "fmt"

func work(n int) (v int) {
	defer func() { fmt.Println("~ v", v) }()
	if v := n * 2; v > 4 {
		return v
	}
	return n
}

func main() {
	fmt.Println(work(1))
	fmt.Println(work(3))
}
