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

func status(n int) {
	endpoints := make(map[string]string)
	for i := range n {
		srv := newServer(8000 + i)
		defer srv.Close()
		base := srv.URL
		endpoint := base + "/status"
		endpoints[endpoint] = base
	}
	for i := range n {
		endpoint := fmt.Sprintf("http://localhost:%d/status", 8000+i)
		fmt.Println("get", endpoint, running[endpoints[endpoint]])
	}
}

func main() {
	status(2)
}
