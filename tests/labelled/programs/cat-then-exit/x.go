package catthenexit

import (
	"fmt"
	"io"
	"os"
)

func Cat(names ...string) {
	code := 0
	for _, n := range names {
		f, err := os.Open(n)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 2
		} else {
			defer f.Close()
			io.Copy(os.Stdout, f)
		}
	}
	os.Exit(code)
}
