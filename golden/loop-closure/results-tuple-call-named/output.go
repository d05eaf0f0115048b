package main

import "fmt"

type scale struct {
	id     int
	locked bool
}

func open(id int) *scale {
	fmt.Println("open", id)
	return &scale{id: id}
}

func (s *scale) weigh() (grams int, ok bool) {
	fmt.Println("weigh on", s.id, s.locked)
	return s.id * 100, s.id != 4
}

func (s *scale) Close() {
	s.locked = true
	fmt.Println("~ lock", s.id)
}

func heaviest(ids []int) (grams int, ok bool) {
	defer func() { fmt.Println("~ result is", grams, ok) }()
	for _, id := range ids {
		if done := func() bool {
			s := open(id)
			defer s.Close()
			if id > 2 {
				grams, ok = s.weigh()
				return true
			}
			return false
		}(); done {
			return
		}
	}
	return
}

func main() {
	fmt.Println(heaviest([]int{1, 3, 5}))
	fmt.Println(heaviest([]int{1, 4}))
	fmt.Println(heaviest([]int{1}))
}
