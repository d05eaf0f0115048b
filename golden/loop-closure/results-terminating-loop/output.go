package main

import (
	"errors"
	"fmt"
)

type attempt struct {
	n    int
	over bool
}

func try(n int) *attempt {
	fmt.Println("attempt", n)
	return &attempt{n: n}
}

func (a *attempt) outcome() (string, error) {
	fmt.Println("outcome of", a.n, a.over)
	switch a.n {
	case 3:
		return "connected", nil
	case 12:
		return "", errors.New("banned")
	}
	return "", nil
}

func (a *attempt) Close() {
	a.over = true
	fmt.Println("~ end", a.n)
}

func connect(first int) (string, error) {
	for n := first; ; n++ {
		if done, status, err := func() (bool, string, error) {
			a := try(n)
			defer a.Close()
			status, err := a.outcome()
			if err != nil {
				return true, "", err
			}
			if status != "" {
				return true, status, nil
			}
			return false, "", nil
		}(); done {
			return status, err
		}
	}
}

func main() {
	fmt.Println(connect(1))
	fmt.Println(connect(11))
}
