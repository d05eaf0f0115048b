package main

import (
	"fmt"
	"sync"
)

func work(wg *sync.WaitGroup, n int) {
	fmt.Println("work", n)
	wg.Done()
}

func main() {
	var wg sync.WaitGroup
	wg.Add(1)
	work(&wg, 1)
	wg.Wait()
}
