package main

import (
	"fmt"
	"io"
)

type stream struct {
	name string
	done bool
}

func (s *stream) Read(p []byte) (int, error) {
	fmt.Println("read", s.name, s.done)
	return copy(p, s.name), io.EOF
}

func (s *stream) Close() error {
	s.done = true
	fmt.Println("~ close", s.name)
	return nil
}

func printAll(openers ...func() any) error {
	for _, open := range openers {
		switch v := open().(type) {
		case io.ReadCloser:
			if err := func() error {
				defer v.Close()
				text, err := io.ReadAll(v)
				if err != nil {
					return err
				}
				fmt.Println("stream", string(text))
				return nil
			}(); err != nil {
				return err
			}
		case string:
			fmt.Println("string", v)
		default:
			return fmt.Errorf("cannot print %T", v)
		}
	}
	return nil
}

func main() {
	open := func(name string) func() any {
		return func() any { return &stream{name: name} }
	}
	text := func() any { return "plain" }
	number := func() any { return 7 }
	fmt.Println(printAll(open("a"), text, open("b")))
	fmt.Println(printAll(open("c"), number, open("d")))
}
