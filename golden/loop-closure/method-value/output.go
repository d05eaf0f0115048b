package main

import "fmt"

type stream struct {
	name   string
	closed bool
}

func open(name string) *stream {
	fmt.Println("open", name)
	return &stream{name: name}
}

func (s *stream) Close() {
	s.closed = true
	fmt.Println("~ close", s.name)
}

func play(names []string) {
	for _, name := range names {
		func() {
			s := open(name)
			stop := s.Close
			defer stop()
			if s.name == "silence" {
				return
			}
			fmt.Println("play", s.name, s.closed)
		}()
	}
}

func main() {
	play([]string{"a", "silence", "b"})
}
