package main

import "fmt"

func fill(into []int, done chan<- struct{}) {
	for i := range into {
		into[i] = i
	}
	done <- struct{}{}
}

func fillAll(sizes ...int) (total int) {
	for _, size := range sizes {
		done := make(chan struct{})
		numbers := make([]int, size)
		go fill(numbers, done)
		defer func() { <-done }()
		fmt.Println("filling", size)
		total += len(numbers)
	}
	return total
}

func main() {
	fmt.Println(fillAll(3, 4))
}
