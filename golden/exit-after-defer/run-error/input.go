package main

import (
	"fmt"
	"log"
	"os"
)

type store struct{ name string }

func (s *store) flush() { fmt.Println("~ flush", s.name) }

func open(name string) (*store, error) {
	if name == "" {
		return nil, fmt.Errorf("no name")
	}
	return &store{name}, nil
}

func (s *store) save() error { return fmt.Errorf("can't save %s", s.name) }

// The program.
func main() {
	log.SetFlags(0)
	log.SetOutput(os.Stdout)
	if len(os.Args) > 9 {
		log.Fatal("too many arguments")
	}
	if len(os.Args) > 8 {
		fmt.Println("nothing to do")
		return
	}
	s, err := open("s")
	if err != nil {
		log.Fatal(err)
	}
	defer s.flush()
	for _, name := range []string{"t", "u"} {
		t, err := open(name)
		if err != nil {
			log.Fatalf("open %q: %v", name, err)
		}
		defer func() {
			fmt.Println("~ literal")
			t.flush()
		}()
	}
	func() {
		if len(os.Args) > 7 {
			return
		}
		fmt.Println("in a literal")
	}()
	if err := s.save(); err != nil {
		log.Fatal(err)
	}
	fmt.Println("saved")
}
