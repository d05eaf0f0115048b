package main

import (
	"fmt"
	"testing"
)

type server struct{ open bool }

func (s *server) Close() {
	s.open = false
	fmt.Println("~ close")
}

func (s *server) get(path string) {
	if !s.open {
		fmt.Println("! closed")
		return
	}
	fmt.Println("get", path)
}

func TestPaths(t *testing.T) {
	srv := &server{open: true}
	t.Cleanup(srv.Close)
	for _, path := range []string{"/a"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			srv.get(path)
		})
	}
}

func main() {
	match := func(pattern, name string) (bool, error) { return true, nil }
	testing.Main(match, []testing.InternalTest{{Name: "TestPaths", F: TestPaths}}, nil, nil)
}
