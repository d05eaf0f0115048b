package main

import (
	"fmt"
	"strings"
	"time"
)

type file struct{ *strings.Reader }

func (f *file) Close() { fmt.Println("~ close") }

func open(text string) (*file, error) {
	if text == "" {
		return nil, fmt.Errorf("no text")
	}
	return &file{strings.NewReader(text)}, nil
}

func process(text string) (int, error) {
	var n int
	if err := func() error {
		f, err := open(text)
		if err != nil {
			return err
		}
		defer f.Close()
		buf := make([]byte, 4)
		n, err = f.Read(buf)
		return err
	}(); err != nil {
		return 0, err
	}
	time.Sleep(time.Millisecond)
	fmt.Println("slept")
	return n, nil
}

func main() {
	fmt.Println(process("text"))
	fmt.Println(process(""))
}
