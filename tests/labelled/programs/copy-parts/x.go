package copyparts

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
)

type part struct {
	N    int
	Size int64
	Sum  [32]byte
}

type fetcher interface {
	Fetch(ctx context.Context, name string, n int) (io.ReadCloser, int64, error)
}

func digest(r io.Reader) ([32]byte, int64, error) {
	var sum [32]byte
	h := sha256.New()
	n, err := io.Copy(h, r)
	if err != nil {
		return sum, 0, err
	}
	copy(sum[:], h.Sum(nil))
	return sum, n, nil
}

func CopyParts(ctx context.Context, src fetcher, name string, count int) ([]part, error) {
	var parts []part
	for i := range count {
		rc, size, err := src.Fetch(ctx, name, i+1)
		if err != nil {
			return nil, err
		}
		defer rc.Close()
		sum, n, err := digest(io.LimitReader(rc, size))
		if err != nil {
			return nil, err
		}
		if n != size {
			return nil, fmt.Errorf("part %d: got %d bytes, want %d", i, n, size)
		}
		parts = append(parts, part{N: i + 1, Size: n, Sum: sum})
	}
	return parts, nil
}
