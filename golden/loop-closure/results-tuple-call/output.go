package main

import (
	"errors"
	"fmt"
)

type session struct {
	user string
	over bool
}

func login(user string) *session {
	fmt.Println("login", user)
	return &session{user: user}
}

func (s *session) ready() bool { return s.user != "guest" }

func (s *session) query() (int, string, error) {
	fmt.Println("query as", s.user, s.over)
	if s.user == "mallory" {
		return 0, "", errors.New("denied")
	}
	return 42, s.user, nil
}

func (s *session) Close() {
	s.over = true
	fmt.Println("~ logout", s.user)
}

func ask(users ...string) (int, string, error) {
	for _, user := range users {
		if done, n, text, err := func() (bool, int, string, error) {
			s := login(user)
			defer s.Close()
			if s.ready() {
				n, text, err := s.query()
				return true, n, text, err
			}
			return false, 0, "", nil
		}(); done {
			return n, text, err
		}
	}
	return 0, "", errors.New("nobody is ready")
}

func main() {
	fmt.Println(ask("guest", "alice", "mallory"))
	fmt.Println(ask("guest", "mallory", "alice"))
	fmt.Println(ask("guest"))
}
