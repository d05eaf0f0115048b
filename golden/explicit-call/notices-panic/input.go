package main

import (
	"fmt"
	"os"
)

func raw(f func(int) int) int {
	panicked := true
	defer func() {
		if panicked {
			fmt.Println("~ bad connection")
			os.Exit(3)
		}
		fmt.Println("~ good connection")
	}()
	n := f(2)
	panicked = false
	return n
}

func main() {
	fmt.Println(raw(func(n int) int { return n }))
	raw(func(int) int { panic("callback") })
}
