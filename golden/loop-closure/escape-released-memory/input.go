package main

import (
	"bytes"
	"fmt"
)

type block struct{ data []byte }

func alloc(text string) *block { return &block{[]byte(text)} }

func (b *block) Bytes() []byte { return b.data }

// Release makes the memory unusable, as the next user would.
func (b *block) Release() {
	for i := range b.data {
		b.data[i] = '?'
	}
}

func join(texts ...string) string {
	var parts [][]byte
	for _, text := range texts {
		b := alloc(text)
		defer b.Release()
		parts = append(parts, b.Bytes())
	}
	return string(bytes.Join(parts, []byte(" ")))
}

func main() {
	fmt.Println(join("one", "two"))
}
