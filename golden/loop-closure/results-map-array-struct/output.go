package main

import "fmt"

type sheet struct {
	name   string
	closed bool
}

func open(name string) *sheet {
	fmt.Println("open", name)
	return &sheet{name: name}
}

func (s *sheet) width() int { return len(s.name) }

func (s *sheet) Close() {
	s.closed = true
	fmt.Println("~ close", s.name)
}

func widest(min int, names ...string) (map[string]int, [2]int, struct{ X, Y int }, interface{ Error() string }) {
	for i, name := range names {
		if exit, result1, result2, result3, result4 := func() (exit int, result1 map[string]int, result2 [2]int, result3 struct{ X, Y int }, result4 interface{ Error() string }) {
			s := open(name)
			defer s.Close()
			w := s.width()
			if w > min {
				return 1, map[string]int{name: w}, [2]int{i, w}, struct{ X, Y int }{i, w}, nil
			}
			if w == 0 {
				return 2, result1, result2, result3, result4
			}
			fmt.Println("narrow", name, s.closed)
			return
		}(); exit == 1 {
			return result1, result2, result3, result4
		} else if exit == 2 {
			break
		}
	}
	return nil, [2]int{}, struct{ X, Y int }{}, fmt.Errorf("none wider than %d", min)
}

func main() {
	fmt.Println(widest(3, "abc", "abcd", "abcde"))
	fmt.Println(widest(3, "abc", "", "abcde"))
	fmt.Println(widest(3))
}
