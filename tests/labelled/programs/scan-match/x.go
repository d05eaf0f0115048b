package scanmatch

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strings"
)

func contains(r io.Reader, word string) bool {
	sc := bufio.NewScanner(r)
	for sc.Scan() {
		if strings.Contains(sc.Text(), word) {
			return true
		}
	}
	return false
}

func AnyFileHas(names []string, word string) (found bool, err error) {
	for _, n := range names {
		f, err := os.Open(n)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return false, err
		}
		defer f.Close()
		if contains(f, word) {
			return true, nil
		}
	}
	return false, nil
}
