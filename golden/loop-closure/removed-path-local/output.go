package main

import (
	"fmt"
	"os"
)

func roundTrip(texts ...string) error {
	for _, text := range texts {
		if err := func() error {
			f, err := os.CreateTemp("", "trip")
			if err != nil {
				return err
			}
			defer os.Remove(f.Name())
			if _, err := f.WriteString(text); err != nil {
				return err
			}
			if err := f.Close(); err != nil {
				return err
			}
			data, err := os.ReadFile(f.Name())
			if err != nil {
				return err
			}
			fmt.Println("read back", string(data))
			return nil
		}(); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	fmt.Println(roundTrip("one", "two"))
}
