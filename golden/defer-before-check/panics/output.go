package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"strings"
)

func unzip(r io.Reader) ([]byte, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	return io.ReadAll(z)
}

func main() {
	_, err := unzip(strings.NewReader("no gzip"))
	fmt.Println(err)
}
