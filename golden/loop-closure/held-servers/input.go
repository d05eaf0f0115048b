package main

import "fmt"

var up = map[string]bool{}

type server struct{ name string }

func start(name string) *server {
	up[name] = true
	fmt.Println("start", name)
	return &server{name}
}

func (s *server) Stop() {
	up[s.name] = false
	fmt.Println("~ stop", s.name)
}

func client(names []string) {
	for _, name := range names {
		fmt.Println("call", name, up[name])
	}
}

func endToEnd(names ...string) {
	for _, name := range names {
		srv := start(name)
		defer srv.Stop()
	}
	client(names)
}

func main() {
	endToEnd("auth", "web")
}
