package main

import (
	"errors"
	"fmt"
)

type slots struct{ free int }

func (s *slots) acquire(n int) (release func(), err error) {
	if n > s.free {
		return nil, errors.New("no room")
	}
	s.free -= n
	fmt.Println("acquire", n)
	return func() {
		s.free += n
		fmt.Println("~ release", n)
	}, nil
}

func runAll(sizes ...int) error {
	s := &slots{free: 10}
	for _, n := range sizes {
		release, err := s.acquire(n)
		if err != nil {
			return err
		}
		defer release()
		fmt.Println("run", n)
	}
	return nil
}

func main() {
	fmt.Println(runAll(3, 4))
	fmt.Println(runAll(3, 11))
}
