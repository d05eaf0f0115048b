package gotoloop

import (
	"fmt"
	"os"
	"path/filepath"
)

func Numbered(dir string) (int, error) {
	i := 0
next:
	f, err := os.Open(filepath.Join(dir, fmt.Sprint(i)))
	if err != nil {
		return i, nil
	}
	defer f.Close()
	b := make([]byte, 1)
	if _, err := f.Read(b); err != nil {
		return i, err
	}
	i++
	goto next
}
