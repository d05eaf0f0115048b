package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func createIn(dir string, path ...string) error {
	if err := os.Chdir(dir); err != nil {
		return err
	}
	for _, name := range path {
		if err := os.Mkdir(name, 0o700); err != nil {
			return err
		}
		if err := os.Chdir(name); err != nil {
			return err
		}
		defer os.Chdir("..")
	}
	return os.WriteFile("leaf", nil, 0o600)
}

func main() {
	dir, err := os.MkdirTemp("", "chdir")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	fmt.Println(createIn(dir, "a", "b"))
	_, err = os.Stat(filepath.Join(dir, "a", "b", "leaf"))
	fmt.Println("deep leaf:", err == nil)
}
