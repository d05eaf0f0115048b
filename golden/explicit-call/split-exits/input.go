package main

import (
	"errors"
	"fmt"
	"sync"
)

var errRange = errors.New("out of range")

type table struct {
	mu    sync.Mutex
	names []string
}

func (t *table) name(n int) (name string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n < 0 {
		err = errRange
		return
	}
	switch n {
	case 0:
		return t.names[0], nil
	case 1:
		return t.names[1], nil
	case 2:
		return t.names[2], nil
	case 3:
		return t.names[3], nil
	case 4:
		return t.names[4], nil
	case 5:
		return t.names[5], nil
	case 6:
		return t.names[6], nil
	case 7:
		return t.names[7], nil
	case 8:
		return t.names[8], nil
	case 9:
		return t.names[9], nil
	case 10:
		return t.names[10], nil
	case 11:
		return t.names[11], nil
	case 12:
		return t.names[12], nil
	case 13:
		return t.names[13], nil
	case 14:
		return t.names[14], nil
	}
	return "", errRange
}

func try(t *table, n int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println("panic", r)
		}
	}()
	fmt.Println(t.name(n))
}

func main() {
	t := &table{names: []string{"a", "b"}}
	for _, n := range []int{-1, 0, 1, 2, 20} {
		try(t, n)
		fmt.Println(t.mu.TryLock())
		t.mu.Unlock()
	}
}
