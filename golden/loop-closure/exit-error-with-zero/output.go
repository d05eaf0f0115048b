package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

func sum(dir string, names ...string) (int, string, error) {
	total := 0
	for _, name := range names {
		if err := func() error {
			f, err := os.Open(filepath.Join(dir, name))
			if err != nil {
				return fmt.Errorf("missing %s", name)
			}
			defer f.Close()

			buf := make([]byte, 16)
			n, err := f.Read(buf)
			if err != nil {
				return err
			}
			v, err := strconv.Atoi(strings.TrimSpace(string(buf[:n])))
			if err != nil {
				return err
			}
			total += v
			fmt.Println(name, v)
			return nil
		}(); err != nil {
			return 0, "", err
		}
	}
	return total, strings.Join(names, "+"), nil
}

func main() {
	dir, err := os.MkdirTemp("", "sum")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	for name, text := range map[string]string{"a": "1\n", "b": "20\n", "bad": "x", "empty": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			panic(err)
		}
	}
	fmt.Println(sum(dir, "a", "b"))
	fmt.Println(sum(dir, "a", "bad"))
	fmt.Println(sum(dir, "empty", "b"))
	fmt.Println(sum(dir, "a", "none"))
}
