package main

import "fmt"

func work(n int) (err error) {
	if n == 0 {
		err = fmt.Errorf("zero")
		fmt.Println("~ err", err)
		return
	}
	if n == 1 {
		err = fmt.Errorf("one")
		fmt.Println("~ err", err)
		return
	}
	err = nil
	fmt.Println("~ err", err)
	return
}

func main() {
	for n := range 3 {
		fmt.Println(work(n))
	}
}
