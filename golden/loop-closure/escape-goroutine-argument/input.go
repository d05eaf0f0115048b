package main

import "fmt"

type sensor struct {
	name   string
	closed bool
}

func attach(name string) *sensor {
	fmt.Println("attach", name)
	return &sensor{name: name}
}

func (s *sensor) Close() {
	s.closed = true
	fmt.Println("~ detach", s.name)
}

func measure(s *sensor, start chan struct{}, out chan<- string) {
	<-start
	out <- fmt.Sprint(s.name, s.closed)
}

func measureAll(names ...string) {
	for _, name := range names {
		fmt.Println("next", name)
	}
	out, start := make(chan string), make(chan struct{})
	for _, name := range names {
		s := attach(name)
		defer s.Close()
		go measure(s, start, out)
	}
	for range names {
		start <- struct{}{}
		fmt.Println("measured", len(<-out))
	}
}

func main() {
	measureAll("in", "on")
}
