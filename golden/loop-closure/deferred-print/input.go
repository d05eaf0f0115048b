package main

import "fmt"

func countdown(n int) {
	for i := 1; i <= n; i++ {
		defer fmt.Println("~", i)
		fmt.Println("prepare", i)
	}
	fmt.Println("lift off after")
}

func main() {
	countdown(3)
}
