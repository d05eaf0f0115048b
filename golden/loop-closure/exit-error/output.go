package main

import (
	"errors"
	"fmt"
)

type stmt struct {
	sql    string
	closed bool
}

func prepare(sql string) (*stmt, error) {
	if sql == "" {
		return nil, errors.New("empty statement")
	}
	fmt.Println("prepare", sql)
	return &stmt{sql: sql}, nil
}

func (s *stmt) exec() error {
	fmt.Println("exec", s.sql, s.closed)
	if s.sql == "drop" {
		return errors.New("permission denied")
	}
	return nil
}

func (s *stmt) Close() error {
	s.closed = true
	fmt.Println("~ close", s.sql)
	return nil
}

func execAll(statements ...string) error {
	for _, sql := range statements {
		if err := func() error {
			s, err := prepare(sql)
			if err != nil {
				return err
			}
			defer s.Close()
			if err := s.exec(); err != nil {
				return err
			}
			fmt.Println("ok", sql)
			return nil
		}(); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	fmt.Println(execAll("insert", "update"))
	fmt.Println(execAll("insert", "drop", "update"))
	fmt.Println(execAll("insert", ""))
}
