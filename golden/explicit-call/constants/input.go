package main

import (
	"fmt"
	"time"
)

const step = 3

type size int8

func add(n int32, d time.Duration, s size) { fmt.Println("~ add", n, d, s) }

func work(n int) (size, time.Duration, int64) {
	defer add(-2, step*time.Second, size(step)+1)
	if n > 0 {
		return -step, 2 * time.Second, 1 << step
	}
	return 1, 0, -1
}

func main() {
	fmt.Println(work(0))
	fmt.Println(work(1))
}
