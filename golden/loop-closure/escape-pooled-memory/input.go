package main

import (
	"bytes"
	"fmt"
)

// pool is a free list, last in, first out.
type pool struct{ free []*bytes.Buffer }

func (p *pool) Get() *bytes.Buffer {
	if len(p.free) == 0 {
		return new(bytes.Buffer)
	}
	b := p.free[len(p.free)-1]
	p.free = p.free[:len(p.free)-1]
	b.Reset()
	return b
}

func (p *pool) Put(b *bytes.Buffer) { p.free = append(p.free, b) }

func render(words ...string) string {
	var p pool
	var parts [][]byte
	for _, word := range words {
		b := p.Get()
		defer p.Put(b)
		fmt.Fprintf(b, "<%s>", word)
		parts = append(parts, b.Bytes())
	}
	return string(bytes.Join(parts, nil))
}

func main() {
	fmt.Println(render("one", "two", "six"))
}
