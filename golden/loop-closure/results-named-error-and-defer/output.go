package main

import (
	"errors"
	"fmt"
)

type step struct {
	name string
	done bool
}

func start(name string) *step {
	fmt.Println("start", name)
	return &step{name: name}
}

func (s *step) run() error {
	fmt.Println("run", s.name, s.done)
	if s.name == "fail" {
		return errors.New("step failed")
	}
	return nil
}

func (s *step) Close() {
	s.done = true
	fmt.Println("~ end", s.name)
}

func deploy(steps ...string) (last string, err error) {
	defer func() {
		fmt.Printf("~ report %q %v\n", last, err)
	}()
	for _, name := range steps {
		if done := func() bool {
			s := start(name)
			defer s.Close()
			if e := s.run(); e != nil {
				last, err = name, e
				return true
			}
			if name == "enough" {
				last, err = "early", nil
				return true
			}
			return false
		}(); done {
			return
		}
	}
	return "end", nil
}

func main() {
	fmt.Println(deploy("build", "push"))
	fmt.Println(deploy("build", "fail", "push"))
	fmt.Println(deploy("build", "enough", "push"))
}
