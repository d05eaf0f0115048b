package readresultfile

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

func run(mode string) string { return "file:" + mode }

func Compare(modes []string) (map[string]int, error) {
	seen := map[string]int{}
	for _, m := range modes {
		_, path, ok := strings.Cut(run(m), ":")
		if !ok {
			return nil, errors.New("unexpected output")
		}
		defer os.Remove(path)
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read result: %w", err)
		}
		for _, w := range strings.Fields(string(b)) {
			seen[w]++
		}
	}
	return seen, nil
}
