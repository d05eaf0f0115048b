package bodycallsrecover

import (
	"fmt"
	"os"
)

func cleanup(names []string) {
	for _, n := range names {
		f, err := os.Create(n + ".log")
		if err != nil {
			continue
		}
		defer f.Close()
		if r := recover(); r != nil {
			fmt.Fprintln(f, r)
		}
	}
}

func Work(names []string, fn func()) {
	defer cleanup(names)
	fn()
}
