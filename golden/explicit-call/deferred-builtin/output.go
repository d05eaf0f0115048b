package main

import "fmt"

func work(m map[string]int, ch chan int, key string) int {
	if len(m) > 1 {
		v := m[key]
		delete(m, key)
		close(ch)
		return v
	}
	delete(m, key)
	close(ch)
	return -1
}

func main() {
	m := map[string]int{"a": 1, "b": 2}
	ch := make(chan int)
	fmt.Println(work(m, ch, "b"))
	_, open := <-ch
	fmt.Println(len(m), open)
}
