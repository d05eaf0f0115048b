package main

import (
	"errors"
	"fmt"
)

type session struct{ user string }

func login(user string) (*session, bool) {
	if user == "" {
		return nil, false
	}
	fmt.Println("login", user)
	return &session{user}, true
}

func (s *session) admin() bool { return s.user == "root" }

func (s *session) Close() { fmt.Println("~ logout", s.user) }

func firstUser(users ...string) (string, error) {
	for _, user := range users {
		s, ok := login(user)
		if ok {
			defer s.Close()
			if s.admin() {
				return "", errors.New("root may not log in")
			}
			return "hello " + s.user, nil
		}
		fmt.Println("cannot log in")
	}
	return "", errors.New("nobody")
}

func main() {
	fmt.Println(firstUser("", "alice", "bob"))
	fmt.Println(firstUser("root", "alice"))
	fmt.Println(firstUser("", ""))
}
