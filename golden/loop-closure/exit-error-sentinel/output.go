package main

import (
	"errors"
	"fmt"
	"io"
)

var errEmpty = errors.New("empty frame")

type frame struct {
	data   string
	closed bool
}

func next(data string) *frame {
	fmt.Println("frame", data)
	return &frame{data: data}
}

func (f *frame) Close() {
	f.closed = true
	fmt.Println("~ free", f.data)
}

func decode(frames ...string) error {
	for _, data := range frames {
		if done, err := func() (bool, error) {
			f := next(data)
			defer f.Close()
			switch {
			case f.data == "":
				return true, errEmpty
			case f.data[0] == '.':
				return true, io.ErrUnexpectedEOF
			}
			fmt.Println("decoded", f.data, f.closed)
			return false, nil
		}(); done {
			return err
		}
	}
	return nil
}

func main() {
	fmt.Println(decode("a", "b"))
	fmt.Println(decode("a", ""))
	fmt.Println(decode(".a", "b"))
}
