package main

import (
	"fmt"
	"strings"
)

type source struct {
	name string
	text []string
	open bool
}

func open(name, text string) *source {
	fmt.Println("open", name)
	return &source{name, strings.Fields(text), true}
}

func (s *source) grep(word string) int {
	for i, line := range s.text {
		if strings.Contains(line, word) {
			return i
		}
	}
	return -1
}

func (s *source) Close() {
	s.open = false
	fmt.Println("~ close", s.name)
}

func locate(texts []string, word string) (string, int, bool) {
	for i, text := range texts {
		if done, name, n, ok := func() (bool, string, int, bool) {
			s := open(fmt.Sprint("text-", i), text)
			defer s.Close()
			if len(s.text) == 0 {
				return true, s.name, 0, false
			}
			if at := s.grep(word); at >= 0 {
				fmt.Println("hit", s.name, at, s.open)
				return true, s.name, at + 1, true
			}
			return false, "", 0, false
		}(); done {
			return name, n, ok
		}
	}
	return "", 0, false
}

func main() {
	texts := []string{"one two", "three four", ""}
	fmt.Println(locate(texts, "four"))
	fmt.Println(locate(texts, "five"))
	fmt.Println(locate(texts[:1], "six"))
}
