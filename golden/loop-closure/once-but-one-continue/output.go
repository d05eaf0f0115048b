package main

import (
	"errors"
	"fmt"
)

type session struct {
	user  string
	ended bool
}

func login(user string) (*session, bool) {
	if user == "" {
		return nil, false
	}
	fmt.Println("login", user)
	return &session{user: user}, true
}

func (s *session) expired() bool {
	fmt.Println("check", s.user, s.ended)
	return s.user[0] == '!'
}

func (s *session) Close() {
	s.ended = true
	fmt.Println("~ logout", s.user)
}

func firstUser(users ...string) (string, error) {
	for _, user := range users {
		if done, text := func() (bool, string) {
			s, ok := login(user)
			if !ok {
				return false, ""
			}
			defer s.Close()
			if s.expired() {
				return false, ""
			}
			return true, "hello " + user
		}(); done {
			return text, nil
		}
	}
	return "", errors.New("nobody")
}

func main() {
	fmt.Println(firstUser("", "!old", "!older", "bob", "alice"))
	fmt.Println(firstUser("!old"))
	fmt.Println(firstUser())
}
