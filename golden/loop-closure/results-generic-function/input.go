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

func find[T any](ok func(T) bool, lists ...[]T) (T, bool) {
	var zero T
	for i, list := range lists {
		s := open(fmt.Sprint("store-", i), list...)
		defer s.Close()
		for _, v := range s.values {
			fmt.Println("look at", v, s.open)
			if ok(v) {
				return v, true
			}
		}
	}
	return zero, false
}

func main() {
	long := func(s string) bool { return len(s) > 3 }
	fmt.Println(find(long, []string{"a", "bb"}, []string{"cccc", "d"}))
	fmt.Println(find(long, []string{"a"}))
	fmt.Println(find(func(n int) bool { return n < 0 }, []int{1, 2}, []int{-3}))
}
