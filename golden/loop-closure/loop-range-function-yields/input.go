package main

import (
	"fmt"
	"iter"
)

type blob struct {
	key    string
	closed bool
}

func (b *blob) Close() error {
	b.closed = true
	fmt.Println("~ close", b.key)
	return nil
}

func blobs(keys ...string) iter.Seq[*blob] {
	return func(yield func(*blob) bool) {
		for _, key := range keys {
			b := &blob{key: key}
			if !yield(b) {
				return
			}
			fmt.Println("yielded", b.key, b.closed)
		}
	}
}

func printAll(all iter.Seq[*blob]) {
	for b := range all {
		defer b.Close()
		fmt.Println("print", b.key, b.closed)
	}
}

func main() {
	printAll(blobs("a", "b"))
}
