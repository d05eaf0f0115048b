package main

import "fmt"

func bye() { fmt.Println("~ bye") }

func work(n int, ch chan int) string {
	defer bye()
	switch n {
	case 0:
		return "zero"
	case 1:
		fmt.Println("one")
	default:
		select {
		case v := <-ch:
			return fmt.Sprint("got ", v)
		default:
			fmt.Println("nothing")
		}
	}
outer:
	for i := range 3 {
		for j := range 3 {
			if i*j == n {
				break outer
			}
			if i+j > n+2 {
				return "far"
			}
		}
	}
	if n%2 == 0 {
		return "even"
	} else {
		return "odd"
	}
}

func main() {
	ch := make(chan int, 1)
	for n := range 5 {
		fmt.Println(work(n, ch))
	}
	ch <- 1
	fmt.Println(work(7, ch))
}
