package main

import "fmt"

type sandbox struct {
	name string
	err  error
}

func newSandbox(name string) *sandbox {
	fmt.Println("sandbox", name)
	return &sandbox{name: name}
}

func (s *sandbox) run(n int) { fmt.Println("run", s.name, 100/n) }

func (s *sandbox) Close() {
	if v := recover(); v != nil {
		s.err = fmt.Errorf("%s: %v", s.name, v)
		fmt.Println("caught", s.err)
	}
}

func runAll(numbers ...int) {
	for i, n := range numbers {
		s := newSandbox(fmt.Sprint("s", i))
		defer s.Close()
		s.run(n)
	}
	fmt.Println("all run")
}

func main() {
	runAll(1, 2)
	runAll(1, 0, 2)
}
