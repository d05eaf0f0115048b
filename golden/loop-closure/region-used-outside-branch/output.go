package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
)

type file struct {
	io.Reader
	name string
}

func open(name string, data []byte) *file {
	fmt.Println("open", name)
	return &file{bytes.NewReader(data), name}
}

func (f *file) Close() error {
	fmt.Println("~ close", f.name)
	return nil
}

func cat(names []string, data map[string][]byte) error {
	for _, name := range names {
		if err := func() error {
			f := open(name, data[name])
			defer f.Close()

			var r io.Reader = f
			if strings.HasSuffix(name, ".gz") {
				z, err := gzip.NewReader(f)
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				defer z.Close()
				r = z
			}

			text, err := io.ReadAll(r)
			if err != nil {
				return err
			}
			fmt.Println(name, string(text))
			return nil
		}(); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	fmt.Fprint(w, "text of b")
	w.Close()
	data := map[string][]byte{"a": []byte("text of a"), "b.gz": packed.Bytes(), "c.gz": []byte("not packed")}
	fmt.Println(cat([]string{"a", "b.gz", "a"}, data))
	fmt.Println(cat([]string{"a", "c.gz", "a"}, data))
}
