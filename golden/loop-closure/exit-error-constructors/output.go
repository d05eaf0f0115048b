package main

import (
	"errors"
	"fmt"
)

var errLocked = errors.New("locked")

type box struct {
	weight int
	sealed bool
}

func unseal(weight int) *box {
	fmt.Println("unseal", weight)
	return &box{weight: weight}
}

func (b *box) Close() {
	b.sealed = true
	fmt.Println("~ seal", b.weight)
}

type tooHeavy struct{ by int }

func (e *tooHeavy) Error() string { return fmt.Sprintf("too heavy by %d", e.by) }

func ship(weights []int, limit int) error {
	for i, weight := range weights {
		if err := func() error {
			b := unseal(weight)
			defer b.Close()
			if weight == 0 {
				return errors.New("empty box")
			}
			if weight < 0 {
				return fmt.Errorf("box %d: weight %d", i, weight)
			}
			if weight > limit {
				return &tooHeavy{weight - limit}
			}
			fmt.Println("ship", weight, b.sealed)
			return nil
		}(); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	fmt.Println(ship([]int{1, 2}, 10))
	fmt.Println(ship([]int{1, 0, 2}, 10))
	fmt.Println(ship([]int{3, -1}, 10))
	fmt.Println(ship([]int{30, 1}, 10))
	fmt.Println(errLocked)
}
