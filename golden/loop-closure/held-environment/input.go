package main

import (
	"fmt"
	"os"
)

func command() {
	fmt.Println("LANG is", os.Getenv("GOLDEN_LANG"), "and MODE is", os.Getenv("GOLDEN_MODE"))
}

func withEnvironment(names []string, values ...string) error {
	for i, name := range names {
		old := os.Getenv(name)
		if err := os.Setenv(name, values[i]); err != nil {
			return err
		}
		defer os.Setenv(name, old)
	}
	command()
	return nil
}

func main() {
	command()
	fmt.Println(withEnvironment([]string{"GOLDEN_LANG", "GOLDEN_MODE"}, "fr", "fast"))
	command()
}
