package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"strings"
)

func unzip(r io.Reader) ([]byte, error) {
	z, err := gzip.NewReader(r)
	defer z.Close()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func main() {
	_, err := unzip(strings.NewReader("no gzip"))
	fmt.Println(err)
}
