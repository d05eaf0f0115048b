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
	var text string
	for n := 1; n < 3; n++ {
		func() {
			it := newIterator(n)
			defer it.Close()
			for it.Next() {
				keys = append(keys, append([]byte(nil), it.Key()...))
				text += string(it.Key())
			}
		}()
	}
	fmt.Printf("%s %s\n", keys, text)
}
