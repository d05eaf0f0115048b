package main

import (
	"errors"
	"fmt"
)

type step struct{ name string }

func (s step) end() { fmt.Println("end", s.name) }

func run(fails bool) (err error) {
	first := step{"first"}
	if err := check(fails); err != nil {
		failure := fmt.Errorf("checked: %w", err)
		first.end()
		return failure
	}
	second := step{"second"}
	err = errors.New("late")
	second.end()
	fmt.Println(err)
	first.end()
	return
}

func check(fails bool) error {
	if fails {
		return errors.New("early")
	}
	return nil
}

func main() {
	fmt.Println(run(true))
	fmt.Println(run(false))
}
