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
		done, stop, m, ints, v := func() (done, stop bool, m map[string]int, ints [2]int, v struct{ X, Y int }) {
			s := open(name)
			defer s.Close()
			w := s.width()
			if w > min {
				return true, false, map[string]int{name: w}, [2]int{i, w}, struct{ X, Y int }{i, w}
			}
			if w == 0 {
				return false, true, m, ints, v
			}
			fmt.Println("narrow", name, s.closed)
			return
		}()
		if done {
			return m, ints, v, nil
		}
		if stop {
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
