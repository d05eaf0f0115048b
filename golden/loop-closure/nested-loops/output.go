package main

import (
	"errors"
	"fmt"
)

type scope struct {
	name   string
	closed bool
}

func open(name string) *scope {
	fmt.Println("open", name)
	return &scope{name: name}
}

func (s *scope) visit(of *scope) error {
	fmt.Println("visit", s.name, s.closed, of.closed)
	if s.name == "secret" {
		return errors.New("secret table")
	}
	return nil
}

func (s *scope) Close() {
	s.closed = true
	fmt.Println("~ close", s.name)
}

func visitAll(databases map[string][]string, order ...string) error {
	for _, name := range order {
		if err := func() error {
			db := open(name)
			defer db.Close()
			for _, table := range databases[name] {
				if err := func() error {
					t := open(table)
					defer t.Close()
					if err := t.visit(db); err != nil {
						return fmt.Errorf("%s: %w", name, err)
					}
					return nil
				}(); err != nil {
					return err
				}
			}
			fmt.Println("visited", name, db.closed)
			return nil
		}(); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	databases := map[string][]string{"shop": {"items", "orders"}, "wiki": {"pages", "secret", "users"}}
	fmt.Println(visitAll(databases, "shop", "empty"))
	fmt.Println(visitAll(databases, "wiki", "shop"))
}
