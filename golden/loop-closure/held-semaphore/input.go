package main

import "fmt"

func exclusive(slots chan struct{}, n int) {
	for range n {
		slots <- struct{}{}
		defer func() { <-slots }()
	}
	fmt.Println("taken", len(slots))
}

func main() {
	slots := make(chan struct{}, 3)
	exclusive(slots, 3)
	fmt.Println("left", len(slots))
}
