package main

import "fmt"

type sink struct {
	name    string
	flushed bool
}

func dial(name string) *sink {
	fmt.Println("dial", name)
	return &sink{name: name}
}

func (s *sink) send(msg string) { fmt.Println("send", msg, "to", s.name, s.flushed) }

func (s *sink) Close() {
	s.flushed = true
	fmt.Println("~ close", s.name)
}

var notify = func(names []string, msg string) {
	for _, name := range names {
		func() {
			s := dial(name)
			defer s.Close()
			s.send(msg)
		}()
	}
}

func main() {
	notify([]string{"mail", "pager"}, "disk full")
	notify(nil, "nobody")
}
