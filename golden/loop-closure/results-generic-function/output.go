package main

import "fmt"

type store[T any] struct {
	name   string
	values []T
	open   bool
}

func open[T any](name string, values ...T) *store[T] {
	fmt.Println("open", name)
	return &store[T]{name, values, true}
}

func (s *store[T]) Close() {
	s.open = false
	fmt.Println("~ close", s.name)
}

func after[T comparable](mark T, lists ...[]T) (T, bool) {
	var zero T
	for i, list := range lists {
		if done, v := func() (bool, T) {
			s := open(fmt.Sprint("store-", i), list...)
			defer s.Close()
			for at, v := range s.values {
				fmt.Println("look at", at, s.open)
				if v == mark && at+1 < len(s.values) {
					return true, s.values[at+1]
				}
			}
			return false, zero
		}(); done {
			return v, true
		}
	}
	return zero, false
}

func main() {
	fmt.Println(after("b", []string{"a", "b"}, []string{"b", "c"}))
	fmt.Println(after("x", []string{"a"}))
	fmt.Println(after(1, []int{1, 2}, []int{3}))
}
