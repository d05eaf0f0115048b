package cancelcalledtwice

import (
	"context"
	"errors"
	"time"
)

func Hammer(stop context.Context, unblock func(uint64), fail chan<- error) {
	n := uint64(0)
	for {
		ctx, cancel := context.WithTimeout(stop, 100*time.Millisecond)
		defer cancel()
		done := make(chan struct{})
		n++
		go func() {
			unblock(n)
			close(done)
		}()
		select {
		case <-ctx.Done():
			if ctx.Err() == context.DeadlineExceeded {
				fail <- errors.New("took too long")
			}
			return
		case <-done:
			cancel()
			continue
		}
	}
}
