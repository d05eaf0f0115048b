package main

import "fmt"

type server struct {
	URL  string
	down bool
}

func newServer(name string) *server {
	fmt.Println("start", name)
	return &server{URL: "http://" + name}
}

func (s *server) get() string {
	if s.down {
		return "refused"
	}
	return "page of " + s.URL
}

func (s *server) Close() {
	fmt.Println("~ close", s.URL)
	s.down = true
}

func page(s *server) string { return s.get() }

func main() {
	var all []string
	for _, name := range []string{"a", "b"} {
		func() {
			s := newServer(name)
			defer s.Close()
			all = append(all, page(s))
		}()
	}
	fmt.Println(all)
}
