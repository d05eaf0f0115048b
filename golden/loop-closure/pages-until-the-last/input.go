package main

import (
	"errors"
	"fmt"
)

type page struct {
	n      int
	closed bool
}

func link(n int) (string, error) {
	if n == 9 {
		return "", errors.New("no such page")
	}
	return fmt.Sprint("/", n), nil
}

func fetch(n int, link string) (*page, error) {
	fmt.Println("fetch", link)
	return &page{n: n}, nil
}

func (p *page) names() ([]string, error) {
	if p.closed || p.n == 7 {
		return nil, errors.New("unreadable")
	}
	return []string{fmt.Sprint("a", p.n), fmt.Sprint("b", p.n)}, nil
}

func (p *page) Close() error {
	p.closed = true
	fmt.Println("~ close", p.n)
	return nil
}

// The err of the request is free for what the page gives: nobody looks at it any more.
func search(name string, first int) (int, error) {
	for n := first; ; n++ {
		to, err := link(n)
		if err != nil {
			return 0, fmt.Errorf("link: %w", err)
		}
		p, err := fetch(n, to)
		if err != nil {
			return 0, fmt.Errorf("fetch: %w", err)
		}
		defer p.Close()

		found, errNames := p.names()
		if errNames != nil {
			return 0, fmt.Errorf("read: %w", errNames)
		}
		for _, each := range found {
			if each == name {
				return n, nil
			}
		}
		if n == 3 {
			break
		}
	}
	return -1, nil
}

// Here a pointer leads to it.
func noted(name string, first int) (int, error) {
	var last *error
	for n := first; ; n++ {
		to, err := link(n)
		last = &err
		if err != nil {
			return 0, fmt.Errorf("link: %w", *last)
		}
		p, err := fetch(n, to)
		if err != nil {
			return 0, fmt.Errorf("fetch: %w", err)
		}
		defer p.Close()

		found, errNames := p.names()
		if errNames != nil {
			return 0, fmt.Errorf("read: %w", errNames)
		}
		for _, each := range found {
			if each == name {
				return n, nil
			}
		}
		if n == 3 {
			break
		}
	}
	fmt.Println("last", *last)
	return -1, nil
}

func main() {
	for _, first := range []int{1, 5, 8} {
		fmt.Println(search("b2", first))
		fmt.Println(search("none", first))
		fmt.Println(noted("b2", first))
		fmt.Println(noted("none", first))
	}
}
