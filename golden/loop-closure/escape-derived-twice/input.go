package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

type file struct {
	io.Reader
	closed bool
}

func open(text string) *file {
	fmt.Println("open", len(text))
	return &file{Reader: strings.NewReader(text)}
}

func (f *file) Read(p []byte) (int, error) {
	if f.closed {
		return 0, io.ErrClosedPipe
	}
	return f.Reader.Read(p)
}

func (f *file) Close() error {
	f.closed = true
	fmt.Println("~ close")
	return nil
}

func lastLine(texts ...string) string {
	var lines *bufio.Scanner
	for _, text := range texts {
		f := open(text)
		defer f.Close()
		limited := io.LimitReader(f, 10)
		scanner := bufio.NewScanner(limited)
		scanner.Split(bufio.ScanWords)
		lines = scanner
	}
	last := ""
	for lines.Scan() {
		last = lines.Text()
	}
	return last
}

func main() {
	fmt.Println(lastLine("one two", "three four five"))
}
