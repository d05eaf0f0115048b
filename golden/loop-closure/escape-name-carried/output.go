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

func (s *server) BaseURL() (string, error) { return s.URL, nil }

func main() {
	var all []string
	for _, name := range []string{"a", "b"} {
		if done := func() bool {
			s := newServer(name)
			defer s.Close()
			fmt.Println(s.get())
			base, err := s.BaseURL()
			if err != nil {
				return true
			}
			all = append(all, base)
			return false
		}(); done {
			return
		}
	}
	for _, url := range all {
		fmt.Println("ask", url)
	}
}
