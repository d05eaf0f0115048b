package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func save(w io.Writer, text string) (err error) {
	z := gzip.NewWriter(w)
	defer func() {
		if cerr := z.Close(); err == nil {
			err = cerr
		}
	}()
	_, _ = io.WriteString(io.Discard, text)
	fmt.Fprint(z)
	return nil
}

func main() {
	if err := save(full{}, "text"); err == nil {
		fmt.Println("! nothing was saved, and nobody knows")
	} else {
		fmt.Println(err)
	}
}
