package main

import "fmt"

type iterator struct {
	buffer []byte
	rest   int
}

func newIterator(n int) *iterator { return &iterator{make([]byte, 1), n} }

func (it *iterator) Next() bool {
	it.buffer[0] = byte('a' + it.rest)
	it.rest--
	return it.rest >= 0
}

func (it *iterator) Key() []byte { return it.buffer }

func (it *iterator) Close() error {
	it.buffer[0] = '-'
	return nil
}

func main() {
	var keys [][]byte
	for n := 1; n < 3; n++ {
		it := newIterator(n)
		defer it.Close()
		for it.Next() {
			key := it.Key()
			keys = append(keys, key)
		}
	}
	fmt.Printf("%s\n", keys)
}
