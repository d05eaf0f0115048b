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
	if l.size == 0 {
		l.mu.Unlock()
		return "", errEmpty
	}
	if i > l.limit {
		l.mu.Unlock()
		return "", errors.New("too far")
	}
	switch {
	case i < 0:
		l.mu.Unlock()
		return "none", nil
	case i == 0:
		v := l.names[0]
		l.mu.Unlock()
		return v, nil
	}
	v := l.names[i]
	l.mu.Unlock()
	return v, nil
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
