package tailtruncated

import (
	"io"
	"os"
)

func Tail(name string, truncated, gone <-chan struct{}, emit func([]byte) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	var r io.Reader = f
	buf := make([]byte, 512)
outer:
	for {
		n, err := r.Read(buf)
		if n > 0 {
			if err := emit(buf[:n]); err != nil {
				return err
			}
		}
		if err == nil {
			continue
		}
		for {
			select {
			case <-truncated:
				if err := f.Close(); err != nil {
					return err
				}
				f, err = os.Open(name)
				if err != nil {
					return err
				}
				defer f.Close()
				r = f
				continue outer
			case <-gone:
				return nil
			}
		}
	}
}
