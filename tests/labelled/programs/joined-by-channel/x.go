package joinedbychannel

import (
	"context"
	"fmt"
	"time"
)

func DumpMany(n int, dump func(context.Context) error, limit time.Duration) error {
	for i := range n {
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(i)*time.Millisecond)
		defer cancel()
		out := make(chan error, 1)
		go func() { out <- dump(ctx) }()
		select {
		case <-out:
		case <-time.After(limit):
			return fmt.Errorf("stuck in %d", i)
		}
	}
	return nil
}
