package genericdecode

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

func decodeOne[T any](r io.Reader) (T, error) {
	var v T
	err := json.NewDecoder(r).Decode(&v)
	return v, err
}

func DecodeFiles[T any](names []string) ([]T, error) {
	var all []T
	for _, n := range names {
		f, err := os.Open(n)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		v, err := decodeOne[struct{ Value T }](f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", n, err)
		}
		all = append(all, v.Value)
	}
	return all, nil
}
