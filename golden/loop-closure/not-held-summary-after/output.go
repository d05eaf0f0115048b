package main

import "fmt"

type source struct {
	name   string
	closed bool
}

func open(name string) *source {
	fmt.Println("open", name)
	return &source{name: name}
}

func (s *source) lines() int {
	fmt.Println("lines of", s.name, s.closed)
	return len(s.name)
}

func (s *source) Close() {
	s.closed = true
	fmt.Println("~ close", s.name)
}

func summary(names ...string) {
	lines, files := 0, 0
	for _, name := range names {
		func() {
			s := open(name)
			defer s.Close()
			lines += s.lines()
			files++
		}()
	}
	fmt.Println("files:", files)
	if files > 0 {
		fmt.Println("average:", lines/files)
	}
}

func main() {
	summary("main.go", "a.go")
	summary()
}
