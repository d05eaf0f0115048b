package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func spread(texts ...string) error {
	var dirs []string
	for range texts {
		dir, err := os.MkdirTemp("", "spread")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		dirs = append(dirs, dir)
	}
	for i, text := range texts {
		if err := os.WriteFile(filepath.Join(dirs[i], "text"), []byte(text), 0o600); err != nil {
			return fmt.Errorf("directory %d is gone", i)
		}
		fmt.Println("wrote", text)
	}
	return nil
}

func main() {
	fmt.Println(spread("one", "two"))
}
