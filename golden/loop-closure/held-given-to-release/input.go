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

type totals struct{ closed int }

type session struct{ *server }

func (s *session) Close(t *totals) {
	t.closed++
	s.server.Close()
}

func main() {
	t := &totals{}
	for _, name := range []string{"a", "b"} {
		s := &session{newServer(name)}
		defer s.Close(t)
		fmt.Println(s.get(), t.closed)
	}
}
