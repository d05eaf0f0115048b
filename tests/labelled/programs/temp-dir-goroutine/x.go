package tempdirgoroutine

import (
	"os"
	"sync"
)

func Repeat(n int, run func(args ...string) (string, error), errs chan<- error) *sync.WaitGroup {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for range n {
			id, err := run("start")
			if err != nil {
				errs <- err
				return
			}
			dir, err := os.MkdirTemp("", "copy-"+id)
			if err != nil {
				errs <- err
				return
			}
			defer os.RemoveAll(dir)
			if _, err := run("cp", id, dir); err != nil {
				errs <- err
				return
			}
			if _, err := run("rm", id); err != nil {
				errs <- err
			}
		}
	}()
	return &wg
}
