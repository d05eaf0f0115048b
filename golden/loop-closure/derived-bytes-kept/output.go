package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func concat(dir string, names ...string) ([]byte, error) {
	var parts [][]byte
	sizes := map[string]int{}
	for _, name := range names {
		if err := func() error {
			f, err := os.Open(filepath.Join(dir, name))
			if err != nil {
				return fmt.Errorf("cannot open %s", name)
			}
			defer f.Close()
			data, err := io.ReadAll(f)
			if err != nil {
				return err
			}
			fmt.Println("read", name, len(data))
			parts = append(parts, data)
			sizes[name] = len(data)
			return nil
		}(); err != nil {
			return nil, err
		}
	}
	fmt.Println(sizes)
	return bytes.Join(parts, []byte("+")), nil
}

func main() {
	dir, err := os.MkdirTemp("", "concat")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{"one", "two"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
			panic(err)
		}
	}
	data, err := concat(dir, "one", "two")
	fmt.Println(string(data), err)
	data, err = concat(dir, "one", "none")
	fmt.Println(string(data), err)
}
