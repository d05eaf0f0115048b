package main

import "fmt"

func work(n int) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered %v", r)
		}
	}()
	if n > 0 {
		panic(n)
	}
	return nil
}

func main() {
	fmt.Println(work(0))
	fmt.Println(work(1))
}
