package semaphoreslots

import "context"

type limiter struct{ slots chan struct{} }

func (l *limiter) acquire(ctx context.Context) error {
	select {
	case l.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *limiter) release() { <-l.slots }

func (l *limiter) Batch(ctx context.Context, n int, run func(int) error) error {
	for range n {
		if err := l.acquire(ctx); err != nil {
			return err
		}
		defer l.release()
	}
	return run(n)
}
