package main

import "fmt"

type sink struct {
	name   string
	closed bool
}

func open(name string) *sink {
	fmt.Println("open", name)
	return &sink{name: name}
}

func (s *sink) Close() {
	s.closed = true
	fmt.Println("~ close", s.name)
}

func report(names ...string) {
	for _, name := range names {
		s := open(name)
		defer s.Close()
		if v := recover(); v != nil {
			fmt.Println("panic to", s.name, v, s.closed)
		} else {
			fmt.Println("nothing for", s.name)
		}
	}
}

func run(n int) {
	defer report("log", "mail")
	fmt.Println("result", 12/n)
}

func main() {
	run(4)
	run(0)
	fmt.Println("still here")
}
