package main

import "fmt"

func bye() { fmt.Println("~ bye") }

func work(n int, ch chan int) string {
	switch n {
	case 0:
		bye()
		return "zero"
	case 1:
		fmt.Println("one")
	default:
		select {
		case v := <-ch:
			s := fmt.Sprint("got ", v)
			bye()
			return s
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
				bye()
				return "far"
			}
		}
	}
	if n%2 == 0 {
		bye()
		return "even"
	} else {
		bye()
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
