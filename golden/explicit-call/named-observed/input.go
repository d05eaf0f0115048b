package main

import "fmt"

func work(n int) (err error) {
	defer func() { fmt.Println("~ err", err) }()
	if n == 0 {
		return fmt.Errorf("zero")
	}
	if n == 1 {
		err = fmt.Errorf("one")
		return
	}
	return nil
}

func main() {
	for n := range 3 {
		fmt.Println(work(n))
	}
}
