package main

import "fmt"

type stage struct {
	name string
	done bool
}

func begin(name string) *stage {
	fmt.Println("begin", name)
	return &stage{name: name}
}

func (s *stage) run() bool {
	fmt.Println("run", s.name, s.done)
	return s.name != "broken"
}

func (s *stage) Close() {
	s.done = true
	fmt.Println("~ end", s.name)
}

func pipeline(names ...string) int {
	status := 0
	for _, name := range names {
		if jump := func() bool {
			s := begin(name)
			defer s.Close()
			if !s.run() {
				status = 1
				return true
			}
			fmt.Println("passed", name)
			return false
		}(); jump {
			goto failed
		}
	}
	fmt.Println("pipeline passed")
	return status

failed:
	fmt.Println("pipeline failed")
	return status
}

func main() {
	fmt.Println(pipeline("build", "test"))
	fmt.Println(pipeline("build", "broken", "deploy"))
}
