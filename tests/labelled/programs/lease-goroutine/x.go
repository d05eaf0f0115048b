package leasegoroutine

import (
	"context"
	"time"
)

type lease struct {
	acquire func(context.Context) (string, error)
	hold    func(context.Context) error
}

func (l *lease) Run(ctx context.Context, work ...func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make(chan error, 1)
	for {
		id, err := l.acquire(ctx)
		if err == nil && id != "" {
			wctx, wcancel := context.WithCancel(ctx)
			defer wcancel()
			go func() {
				for _, w := range work {
					if err := w(wctx); err != nil {
						errs <- err
						return
					}
				}
				cancel()
			}()
			_ = l.hold(ctx)
		}
		select {
		case <-ctx.Done():
			return nil
		case err := <-errs:
			return err
		case <-time.After(time.Second):
		}
	}
}
