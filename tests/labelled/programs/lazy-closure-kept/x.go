package lazyclosurekept

import (
	"io"
	"os"
	"strings"
)

func Lazy(names []string) (string, error) {
	var parts []func() ([]byte, error)
	for _, n := range names {
		f, err := os.Open(n)
		if err != nil {
			return "", err
		}
		defer f.Close()
		parts = append(parts, func() ([]byte, error) { return io.ReadAll(f) })
	}
	var sb strings.Builder
	for _, p := range parts {
		b, err := p()
		if err != nil {
			return "", err
		}
		sb.Write(b)
	}
	return sb.String(), nil
}
