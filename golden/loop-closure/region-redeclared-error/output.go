package main

import (
	"errors"
	"fmt"
	"strconv"
)

type block struct {
	size  int
	freed bool
}

func alloc(size int) (*block, error) {
	if size > 64 {
		return nil, errors.New("out of memory")
	}
	fmt.Println("alloc", size)
	return &block{size: size}, nil
}

func (b *block) fill() { fmt.Println("fill", b.size, b.freed) }

func (b *block) Free() {
	b.freed = true
	fmt.Println("~ free", b.size)
}

func fillAll(sizes ...string) error {
	for _, s := range sizes {
		size, err := strconv.Atoi(s)
		if err != nil {
			return fmt.Errorf("size %q", s)
		}
		b, err := alloc(size)
		if err != nil {
			return err
		}
		func() {
			defer b.Free()
			b.fill()
		}()
	}
	return nil
}

func main() {
	fmt.Println(fillAll("8", "16"))
	fmt.Println(fillAll("8", "x"))
	fmt.Println(fillAll("8", "128", "9"))
}
