package main

import (
	"errors"
	"fmt"
)

func open(n int) (int, error) {
	if n > 16 {
		return n, errors.New("too many")
	}
	return n + 1, nil
}

// seen tells at its end what err is by then.
func seen(n int, open func(int) (int, error)) (int, error) {
	n, err := open(n)
	defer func() { fmt.Println("~", err) }()
	next, err := open(n + 1)
	if err != nil {
		return next, errors.New("next")
	}
	switch n {
	case 0:
		return n, errors.New("0")
	case 1:
		return n, errors.New("1")
	case 2:
		return n, errors.New("2")
	case 3:
		return n, errors.New("3")
	case 4:
		return n, errors.New("4")
	case 5:
		return n, errors.New("5")
	case 6:
		return n, errors.New("6")
	case 7:
		return n, errors.New("7")
	case 8:
		return n, errors.New("8")
	case 9:
		return n, errors.New("9")
	case 10:
		return n, errors.New("10")
	case 11:
		return n, errors.New("11")
	case 12:
		return n, errors.New("12")
	case 13:
		return n, errors.New("13")
	case 14:
		return n, errors.New("14")
	case 15:
		return n, errors.New("15")
	}
	return next, nil
}

// unseen has no one else look at err.
func unseen(n int, bye func(int)) (int, error) {
	n, err := open(n)
	if err != nil {
		return n, err
	}
	defer bye(n)
	next, err := open(n + 1)
	if err != nil {
		return next, err
	}
	switch n {
	case 0:
		return n, errors.New("0")
	case 1:
		return n, errors.New("1")
	case 2:
		return n, errors.New("2")
	case 3:
		return n, errors.New("3")
	case 4:
		return n, errors.New("4")
	case 5:
		return n, errors.New("5")
	case 6:
		return n, errors.New("6")
	case 7:
		return n, errors.New("7")
	case 8:
		return n, errors.New("8")
	case 9:
		return n, errors.New("9")
	case 10:
		return n, errors.New("10")
	case 11:
		return n, errors.New("11")
	case 12:
		return n, errors.New("12")
	case 13:
		return n, errors.New("13")
	case 14:
		return n, errors.New("14")
	case 15:
		return n, errors.New("15")
	}
	return next, nil
}

func main() {
	for _, n := range []int{1, 15, 16} {
		fmt.Println(seen(n, open))
		fmt.Println(unseen(n, func(n int) { fmt.Println("~ bye", n) }))
	}
}
