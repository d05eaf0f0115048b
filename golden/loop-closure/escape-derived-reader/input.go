package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
)

func interleave(dir string, names ...string) error {
	var readers []*bufio.Reader
	for _, name := range names {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			return fmt.Errorf("cannot open %s", name)
		}
		defer f.Close()
		readers = append(readers, bufio.NewReader(f))
	}
	for range 2 {
		for _, r := range readers {
			line, err := r.ReadString('\n')
			fmt.Printf("%q %v\n", line, err)
		}
	}
	return nil
}

func main() {
	dir, err := os.MkdirTemp("", "interleave")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	for name, text := range map[string]string{"a": "a1\na2\n", "b": "b1\nb2\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			panic(err)
		}
	}
	fmt.Println(interleave(dir, "a", "b"))
	fmt.Println(interleave(dir, "a", "c"))
}
