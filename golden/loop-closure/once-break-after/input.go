package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func readFirst(dir string, candidates ...string) (string, error) {
	var r io.Reader
	for _, name := range candidates {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			fmt.Println("skip", name)
			continue
		}
		defer f.Close()
		r = f
		break
	}
	if r == nil {
		return "", os.ErrNotExist
	}
	text, err := io.ReadAll(r)
	return string(text), err
}

func main() {
	dir, err := os.MkdirTemp("", "config")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "app.conf"), []byte("debug=true"), 0o600); err != nil {
		panic(err)
	}
	fmt.Println(readFirst(dir, "app.local.conf", "app.conf", "default.conf"))
	fmt.Println(readFirst(dir, "nothing"))
}
