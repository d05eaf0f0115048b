package main

import (
	"fmt"
	"log"
	"os"
)

type state struct{ dump string }

func (s *state) Close() { fmt.Println("~ close", s.dump) }

func check(values []int) {
	for i, v := range values {
		if v >= 0 {
			continue
		}
		s := &state{fmt.Sprint("value ", i)}
		defer s.Close()
		switch {
		case v == -1:
			fmt.Println("wrong", s.dump)
			return
		case v == -2:
			panic(s.dump)
		case v == -3:
			log.Fatalln("fatal:", s.dump)
		default:
			os.Exit(3)
		}
	}
	fmt.Println("all good")
}

func guarded(values ...int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Println("recovered", r)
		}
	}()
	check(values)
}

func main() {
	guarded(1, 2)
	guarded(1, -1, 2)
	guarded(-2, 2)
	guarded(4, -4)
}
