package main

import (
	"context"
	"fmt"
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

type session struct{ *server }

func (s *session) Close(_ context.Context, why string) {
	fmt.Println("~", why)
	s.server.Close()
}

func serve(ctx context.Context, why string) {
	for _, name := range []string{"a", "b"} {
		func() {
			s := &session{newServer(name)}
			defer s.Close(ctx, why)
			fmt.Println(s.get())
		}()
	}
}

func main() {
	serve(context.Background(), "done")
}
