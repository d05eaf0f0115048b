package main

import "fmt"

var running = map[string]bool{}

type server struct {
	URL string
}

func newServer(port int) *server {
	s := &server{URL: fmt.Sprintf("http://localhost:%d", port)}
	running[s.URL] = true
	fmt.Println("up", s.URL)
	return s
}

func (s *server) Close() {
	running[s.URL] = false
	fmt.Println("~ down", s.URL)
}

func balance(n, requests int) {
	var urls []string
	for i := range n {
		srv := newServer(8000 + i)
		defer srv.Close()
		urls = append(urls, srv.URL)
	}
	for i := range requests {
		url := urls[i%n]
		fmt.Println("request", url, running[url])
	}
}

func main() {
	balance(2, 3)
}
