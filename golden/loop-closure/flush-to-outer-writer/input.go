package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
)

func pack(w io.Writer, texts ...string) error {
	for _, text := range texts {
		zw := gzip.NewWriter(w)
		defer zw.Close()
		if _, err := io.WriteString(zw, text); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	var packed bytes.Buffer
	fmt.Println(pack(&packed, "one"))
	zr, err := gzip.NewReader(&packed)
	if err != nil {
		panic(err)
	}
	text, err := io.ReadAll(zr)
	fmt.Println(string(text), err)
}
