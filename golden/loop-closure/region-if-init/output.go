package main

import (
	"errors"
	"fmt"
)

type profile struct {
	user   string
	closed bool
}

func open(user string) (*profile, error) {
	if user == "nobody" {
		return nil, errors.New("no profile")
	}
	fmt.Println("open", user)
	return &profile{user: user}, nil
}

func (p *profile) greet() { fmt.Println("hello", p.user, p.closed) }

func (p *profile) Close() {
	p.closed = true
	fmt.Println("~ close", p.user)
}

func greetAll(users ...string) {
	for _, user := range users {
		if p, err := open(user); err != nil {
			fmt.Println("skip:", err)
		} else {
			func() {
				defer p.Close()
				p.greet()
			}()
		}
	}
}

func main() {
	greetAll("ann", "nobody", "bob")
}
