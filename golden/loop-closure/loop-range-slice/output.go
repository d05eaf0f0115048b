package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func show(dir string, names []string) error {
	for _, name := range names {
		if err := func() error {
			f, err := os.Open(filepath.Join(dir, name))
			if err != nil {
				return fmt.Errorf("cannot open %s", name)
			}
			defer f.Close()

			text, err := io.ReadAll(f)
			if err != nil {
				return err
			}
			fmt.Printf("%s: %s\n", name, text)
			return nil
		}(); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	dir, err := os.MkdirTemp("", "show")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{"one", "two", "three"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("text of "+name), 0o600); err != nil {
			panic(err)
		}
	}

	fmt.Println(show(dir, []string{"one", "two", "three"}))
	fmt.Println(show(dir, []string{"one", "none", "three"}))
	fmt.Println(show(dir, nil))
}
