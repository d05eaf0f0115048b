package main

import (
	"fmt"
	"strings"
)

type script struct {
	name string
	open bool
}

func open(name string) *script {
	fmt.Println("open", name)
	return &script{name, true}
}

func (s *script) eval() (int, string) { return len(s.name), strings.ToUpper(s.name) }

func (s *script) Close() {
	s.open = false
	fmt.Println("~ close", s.name)
}

func evaluate(names []string) (code int, out string) {
	for i, name := range names {
		done, stop := func() (bool, bool) {
			s := open(name)
			defer s.Close()
			if strings.HasPrefix(name, "#") {
				return false, false
			}
			if name == "exit" {
				return false, true
			}
			n, text := s.eval()
			if n > 6 {
				code, out = i, text
				return true, false
			}
			fmt.Println("eval", name, n, s.open)
			return false, false
		}()
		if done {
			return
		}
		if stop {
			break
		}
	}
	return -1, "finished"
}

func main() {
	fmt.Println(evaluate([]string{"init", "#comment", "run"}))
	fmt.Println(evaluate([]string{"init", "exit", "run"}))
	fmt.Println(evaluate([]string{"init", "migrate", "run"}))
}
