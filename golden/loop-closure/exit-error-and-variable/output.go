package main

import (
	"errors"
	"fmt"
)

type batch struct {
	size   int
	closed bool
}

func begin(size int) *batch {
	fmt.Println("begin", size)
	return &batch{size: size}
}

func (b *batch) insert() (int, error) {
	fmt.Println("insert", b.size, b.closed)
	if b.size > 5 {
		return 5, errors.New("batch too large")
	}
	return b.size, nil
}

func (b *batch) Close() {
	b.closed = true
	fmt.Println("~ end", b.size)
}

func insertAll(sizes ...int) (int, error) {
	rows := 0
	for _, size := range sizes {
		if size == 0 {
			return rows, errors.New("empty batch")
		}
		if err := func() error {
			b := begin(size)
			defer b.Close()
			n, err := b.insert()
			rows += n
			if err != nil {
				return err
			}
			if rows > 8 {
				return fmt.Errorf("%d rows are enough", rows)
			}
			return nil
		}(); err != nil {
			return rows, err
		}
	}
	return rows, nil
}

func main() {
	fmt.Println(insertAll(1, 2))
	fmt.Println(insertAll(1, 9, 2))
	fmt.Println(insertAll(4, 5, 2))
	fmt.Println(insertAll(4, 0, 2))
}
