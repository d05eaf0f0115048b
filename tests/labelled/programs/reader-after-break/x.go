package readerafterbreak

import (
	"bufio"
	"io"
	"os"
)

func LastReadable(names []string) ([]byte, error) {
	var r io.Reader
	for _, n := range names {
		f, err := os.Open(n)
		if err != nil {
			continue
		}
		defer f.Close()
		r = bufio.NewReader(f)
	}
	if r == nil {
		return nil, os.ErrNotExist
	}
	return io.ReadAll(r)
}
