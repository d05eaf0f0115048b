package main

import "fmt"

func serve(next func() int) {
	defer fmt.Println("~ served")
	for {
		if next() > 2 {
			panic("enough")
		}
	}
}

func main() {
	defer func() { fmt.Println(recover()) }()
	n := 0
	serve(func() int { n++; return n })
}
