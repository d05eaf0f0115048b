package main

import "fmt"

func work(m map[string]int, ch chan int, key string) int {
	defer close(ch)
	defer delete(m, key)
	if len(m) > 1 {
		return m[key]
	}
	return -1
}

func main() {
	m := map[string]int{"a": 1, "b": 2}
	ch := make(chan int)
	fmt.Println(work(m, ch, "b"))
	_, open := <-ch
	fmt.Println(len(m), open)
}
