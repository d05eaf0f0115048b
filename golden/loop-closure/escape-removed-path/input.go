package main

import (
	"fmt"
	"os"
)

func join(texts ...string) (string, error) {
	var paths []string
	for _, text := range texts {
		f, err := os.CreateTemp("", "part")
		if err != nil {
			return "", err
		}
		defer os.Remove(f.Name())
		if _, err := f.WriteString(text); err != nil {
			return "", err
		}
		if err := f.Close(); err != nil {
			return "", err
		}
		paths = append(paths, f.Name())
	}
	all := ""
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("a part is gone")
		}
		all += string(data)
	}
	return all, nil
}

func main() {
	fmt.Println(join("one ", "two ", "three"))
}
