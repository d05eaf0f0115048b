package waitgroupgoroutines

import (
	"crypto/sha256"
	"io"
	"os"
	"sync"
)

func Hashes(names []string) ([][32]byte, error) {
	sums := make([][32]byte, len(names))
	var wg sync.WaitGroup
	for i, n := range names {
		f, err := os.Open(n)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		wg.Add(1)
		go func() {
			defer wg.Done()
			h := sha256.New()
			if _, err := io.Copy(h, f); err == nil {
				h.Sum(sums[i][:0])
			}
		}()
	}
	wg.Wait()
	return sums, nil
}
