package main

import (
	"errors"
	"fmt"
)

type rows struct {
	query  string
	closed bool
}

func query(q string) (*rows, error) {
	if q == "" {
		return nil, errors.New("empty query")
	}
	fmt.Println("query", q)
	return &rows{query: q}, nil
}

func (r *rows) Close() error {
	r.closed = true
	fmt.Println("~ close", r.query)
	return nil
}

func printAll(queries ...string) error {
	for _, q := range queries {
		r, err := query(q)
		if err != nil {
			return fmt.Errorf("query: %w", err)
		}
		func() {
			defer func(r *rows, label string) {
				if err := r.Close(); err != nil {
					fmt.Println("~", label, err)
				}
			}(r, "close "+q)
			fmt.Println("rows of", r.query, r.closed)
		}()
	}
	return nil
}

func main() {
	fmt.Println(printAll("a", "b"))
	fmt.Println(printAll("a", ""))
}
