package main

import (
	"fmt"
	"os"
)

func distinct(names ...string) (bool, error) {
	seen := make(map[uintptr]bool)
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return false, err
		}
		func() {
			defer f.Close()
			seen[f.Fd()] = true
		}()
	}
	return len(seen) == len(names), nil
}

func main() {
	fmt.Println(distinct(os.DevNull, os.DevNull, os.DevNull))
}
