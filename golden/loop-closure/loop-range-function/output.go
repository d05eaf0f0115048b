package main

import (
	"errors"
	"fmt"
	"iter"
)

type blob struct {
	key    string
	closed bool
}

func open(key string) *blob {
	fmt.Println("open", key)
	return &blob{key: key}
}

func (b *blob) verify() error {
	fmt.Println("verify", b.key, b.closed)
	if b.key == "bad" {
		return errors.New("bad checksum")
	}
	return nil
}

func (b *blob) Close() error {
	b.closed = true
	fmt.Println("~ close", b.key)
	return nil
}

func numbered(keys ...string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i, key := range keys {
			if !yield(i+1, key) {
				fmt.Println("no more wanted")
				return
			}
		}
	}
}

func verifyAll(keys iter.Seq2[int, string]) error {
	for i, key := range keys {
		if key == "" {
			continue
		}
		if err := func() error {
			b := open(key)
			defer b.Close()
			if err := b.verify(); err != nil {
				return fmt.Errorf("blob %d: %w", i, err)
			}
			return nil
		}(); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	fmt.Println(verifyAll(numbered("a", "", "b")))
	fmt.Println(verifyAll(numbered("a", "bad", "c")))
}
