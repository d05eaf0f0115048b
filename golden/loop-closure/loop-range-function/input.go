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

func blobs(keys ...string) iter.Seq2[int, *blob] {
	return func(yield func(int, *blob) bool) {
		for i, key := range keys {
			fmt.Println("open", key)
			if !yield(i, &blob{key: key}) {
				fmt.Println("no more wanted")
				return
			}
		}
	}
}

func verifyAll(all iter.Seq2[int, *blob]) error {
	for i, b := range all {
		defer b.Close()
		if err := b.verify(); err != nil {
			return fmt.Errorf("blob %d: %w", i, err)
		}
	}
	return nil
}

func main() {
	fmt.Println(verifyAll(blobs("a", "b")))
	fmt.Println(verifyAll(blobs("a", "bad", "c")))
}
