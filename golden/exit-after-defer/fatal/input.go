package main

import (
	"fmt"
	"log"
)

type store struct{ name string }

func (s *store) flush() { fmt.Println("~ flush", s.name) }

func save(s *store) error { return fmt.Errorf("can't save %s", s.name) }

func main() {
	s := &store{"s"}
	defer s.flush()
	if err := save(s); err != nil {
		log.Fatal(err)
	}
	fmt.Println("saved")
}
