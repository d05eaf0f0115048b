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

func address(s *server) string { return s.URL }

func main() {
	var all []string
	for _, name := range []string{"a", "b"} {
		func() {
			s := newServer(name)
			defer s.Close()
			fmt.Println(s.get())
			all = append(all, address(s))
		}()
	}
	for _, url := range all {
		fmt.Println("ask", url)
	}
}
