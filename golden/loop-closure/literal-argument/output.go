package main

import (
	"errors"
	"fmt"
)

type tx struct{ id int }

func begin(id int) (*tx, error) {
	if id < 0 {
		return nil, errors.New("negative id")
	}
	fmt.Println("begin", id)
	return &tx{id}, nil
}

func (t *tx) exec(stmt string) error {
	fmt.Println("exec", t.id, stmt)
	if stmt == "boom" {
		return errors.New("syntax error")
	}
	return nil
}

func (t *tx) Rollback() error {
	fmt.Println("~ rollback", t.id)
	return nil
}

func retry(times int, f func(try int) error) error {
	var err error
	for try := range times {
		if err = f(try); err == nil {
			return nil
		}
		fmt.Println("failed", try, err)
	}
	return err
}

func apply(first int, stmts []string) error {
	return retry(2, func(try int) error {
		for i, stmt := range stmts {
			if err := func() error {
				t, err := begin(first + i)
				if err != nil {
					return err
				}
				defer t.Rollback()
				if err := t.exec(stmt); err != nil {
					return fmt.Errorf("try %d: %w", try, err)
				}
				return nil
			}(); err != nil {
				return err
			}
		}
		return nil
	})
}

func main() {
	fmt.Println(apply(1, []string{"create", "insert"}))
	fmt.Println(apply(1, []string{"create", "boom"}))
	fmt.Println(apply(-1, []string{"create"}))
}
