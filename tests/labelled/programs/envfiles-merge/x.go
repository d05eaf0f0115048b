package envfilesmerge

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"os"
	"strings"
)

func parsePairs(r io.Reader) (map[string]string, error) {
	out := map[string]string{}
	sc := bufio.NewScanner(r)
	for sc.Scan() {
		k, v, ok := strings.Cut(sc.Text(), "=")
		if !ok {
			return nil, fmt.Errorf("no value in %q", sc.Text())
		}
		out[k] = v
	}
	return out, sc.Err()
}

func LoadPairs(paths []string, want func(string) bool) (map[string]string, error) {
	all := make(map[string]string)
	for _, p := range paths {
		if !want(p) {
			continue
		}
		f, err := os.Open(p)
		if err != nil {
			return nil, fmt.Errorf("open pairs: %w", err)
		}
		defer f.Close()
		pairs, err := parsePairs(f)
		if err != nil {
			return nil, fmt.Errorf("pairs in %s: %w", p, err)
		}
		maps.Copy(all, pairs)
	}
	return all, nil
}
