package main

import (
	"errors"
	"fmt"
)

type tx struct {
	id   int
	over bool
}

func begin(id int) (*tx, error) {
	fmt.Println("begin", id)
	return &tx{id: id}, nil
}

func (t *tx) Exec(stmt string) error {
	if stmt == "" {
		return errors.New("empty statement")
	}
	fmt.Println("exec", t.id, stmt, t.over)
	return nil
}

func (t *tx) Commit() error {
	t.over = true
	fmt.Println("commit", t.id)
	return nil
}

func (t *tx) Rollback() error {
	if !t.over {
		fmt.Println("~ rollback", t.id)
		t.over = true
	}
	return nil
}

func migrate(stmts ...string) error {
	for id, stmt := range stmts {
		if err := func() error {
			t, err := begin(id)
			if err != nil {
				return err
			}
			defer t.Rollback()
			if err := t.Exec(stmt); err != nil {
				return fmt.Errorf("migration %d: %w", id, err)
			}
			return t.Commit()
		}(); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	fmt.Println(migrate("create", "alter"))
	fmt.Println(migrate("create", "", "alter"))
}
