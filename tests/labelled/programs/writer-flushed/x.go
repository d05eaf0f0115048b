package writerflushed

import (
	"bufio"
	"fmt"
	"os"
)

func WriteEach(texts map[string]string) error {
	for n, s := range texts {
		f, err := os.Create(n)
		if err != nil {
			return err
		}
		defer f.Close()
		w := bufio.NewWriter(f)
		fmt.Fprintln(w, s)
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return nil
}
