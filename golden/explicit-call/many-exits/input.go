package main

import (
	"errors"
	"fmt"
	"sync"
)

var errEmpty = errors.New("empty")

type list struct {
	mu    sync.Mutex
	size  int
	limit int
	names map[int]string
}

func (l *list) name(i int) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.size == 0 {
		return "", errEmpty
	}
	if i > l.limit {
		return "", errors.New("too far")
	}
	switch {
	case i < 0:
		return "none", nil
	case i == 0:
		return l.names[0], nil
	}
	return l.names[i], nil
}

func main() {
	l := &list{}
	fmt.Println(l.name(1))
	l.size, l.limit, l.names = 2, 1, map[int]string{0: "zero", 1: "one"}
	for i := -1; i < 3; i++ {
		fmt.Println(l.name(i))
	}
	fmt.Println(l.mu.TryLock())
}
