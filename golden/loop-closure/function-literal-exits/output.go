package main

import (
	"errors"
	"fmt"
)

type store struct {
	name   string
	closed bool
}

func open(name string) *store {
	fmt.Println("open", name)
	return &store{name: name}
}

func (s *store) view(f func(key string) error) error {
	for _, key := range []string{"k1", "k2"} {
		if err := f(s.name + "." + key); err != nil {
			return err
		}
	}
	return nil
}

func (s *store) Close() {
	s.closed = true
	fmt.Println("~ close", s.name)
}

func dump(names ...string) error {
	for _, name := range names {
		if err := func() error {
			s := open(name)
			defer s.Close()
			err := s.view(func(key string) error {
				for range 1 {
					if key == "b.k2" {
						return errors.New("unreadable " + key)
					}
					if key == "a.k1" {
						continue
					}
					fmt.Println("value of", key, s.closed)
				}
				return nil
			})
			return err
		}(); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	fmt.Println(dump("a", "c"))
	fmt.Println(dump("a", "b", "c"))
}
