package segmentreplaced

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

type segment struct {
	f *os.File
	i int
}

func openSegment(dir string, i int) (*segment, error) {
	f, err := os.Open(filepath.Join(dir, fmt.Sprintf("%08d", i)))
	if err != nil {
		return nil, err
	}
	return &segment{f, i}, nil
}

func (s *segment) Close() error { return s.f.Close() }

func Watch(dir string, next, poll, done <-chan struct{}, w io.Writer) error {
	seg, err := openSegment(dir, 0)
	if err != nil {
		return err
	}
	defer seg.Close()
	for {
		select {
		case <-next:
			seg, err = openSegment(dir, seg.i+1)
			if err != nil {
				return err
			}
			defer seg.Close()
		case <-poll:
			if _, err := io.Copy(w, seg.f); err != nil {
				return err
			}
		case <-done:
			return nil
		}
	}
}
