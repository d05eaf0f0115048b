package main

import (
	"fmt"
	"sync"
)

var mu sync.Mutex

func fail(n int) {
	if n > 1 {
		panic(fmt.Errorf("too many: %d", n))
	}
}

func parse(n int) int {
	mu.Lock()
	defer mu.Unlock()
	fail(n)
	return n
}

func catch(err *error) {
	if r := recover(); r != nil {
		*err = r.(error)
	}
}

func Parse(n int) (v int, err error) {
	defer catch(&err)
	return parse(n), nil
}

func main() {
	fmt.Println(Parse(1))
	fmt.Println(Parse(2))
	fmt.Println(Parse(1))
}
