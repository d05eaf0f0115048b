package profileronce

import (
	"context"
	"errors"
	"sync"
	"time"
)

type profiles struct {
	mu sync.Mutex
	m  map[string]func()
}

func (p *profiles) Collect(ctx context.Context, limit time.Duration, save func() bool) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			p.mu.Lock()
			defer p.mu.Unlock()
			for k, stop := range p.m {
				stop()
				delete(p.m, k)
			}
			return ctx.Err()
		case <-timer.C:
			if !save() {
				return errors.New("nothing saved")
			}
			return nil
		}
	}
}
