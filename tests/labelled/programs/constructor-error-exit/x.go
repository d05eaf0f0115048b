package constructorerrorexit

import (
	"errors"
	"io"
	"os"
)

func validate(b []byte) error {
	if len(b) > 10 {
		return errors.New("too long")
	}
	return nil
}

func FirstShort(names []string) (string, int, error) {
	for i, n := range names {
		f, err := os.Open(n)
		if err != nil {
			return "", 0, err
		}
		defer f.Close()
		b, err := io.ReadAll(f)
		if err != nil {
			return "", 0, err
		}
		if len(b) == 0 {
			return "", 0, errors.New("empty file")
		}
		if b[0] == '#' {
			return n, i, validate(b)
		}
	}
	return "", 0, nil
}
