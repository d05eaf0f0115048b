package main

import (
	"errors"
	"fmt"
)

type step struct{ name string }

func (s step) end() { fmt.Println("end", s.name) }

func run(fails bool) (err error) {
	first := step{"first"}
	defer first.end()
	if err := check(fails); err != nil {
		return fmt.Errorf("checked: %w", err)
	}
	second := step{"second"}
	defer func() {
		second.end()
		fmt.Println(err)
	}()
	return errors.New("late")
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
