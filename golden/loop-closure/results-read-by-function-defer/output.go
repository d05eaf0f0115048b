package main

import (
	"errors"
	"fmt"
)

type cursor struct {
	table string
	done  bool
}

func query(table string) (*cursor, error) {
	if table == "secrets" {
		return nil, errors.New("forbidden")
	}
	fmt.Println("query", table)
	return &cursor{table: table}, nil
}

func (c *cursor) copy() error {
	fmt.Println("copy", c.table, c.done)
	if c.table == "locked" {
		return errors.New("table is locked")
	}
	return nil
}

func (c *cursor) Close() error {
	c.done = true
	fmt.Println("~ close", c.table)
	return nil
}

func backup(tables ...string) (copied int, err error) {
	fmt.Println("begin")
	defer func() {
		if err != nil {
			fmt.Println("~ rollback", copied, err)
		} else {
			fmt.Println("~ commit", copied)
		}
	}()
	for _, table := range tables {
		if err := func() error {
			c, err := query(table)
			if err != nil {
				return err
			}
			defer c.Close()
			if err := c.copy(); err != nil {
				return fmt.Errorf("backup: %w", err)
			}
			copied++
			return nil
		}(); err != nil {
			return -1, err
		}
	}
	return copied, nil
}

func main() {
	fmt.Println(backup("users", "orders"))
	fmt.Println(backup("users", "locked"))
	fmt.Println(backup("users", "secrets", "orders"))
}
