package main

import (
	"bytes"
	"fmt"
	"strings"
)

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

func main() {
	var list bytes.Buffer
	for _, name := range []string{"a", "b"} {
		func() {
			s := newServer(name)
			defer s.Close()
			fmt.Println(s.get())
			fmt.Fprintln(&list, s.URL)
		}()
	}
	for _, url := range strings.Fields(list.String()) {
		fmt.Println("ask", url)
	}
}
