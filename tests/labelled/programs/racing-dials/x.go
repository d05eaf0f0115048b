package racingdials

import (
	"context"
	"net"
	"time"
)

type outcome struct {
	c   net.Conn
	err error
}

func Race(ctx context.Context, first, second string, wait time.Duration) (net.Conn, error) {
	results := make(chan outcome, 2)
	run := func(ctx context.Context, addr string) {
		var d net.Dialer
		c, err := d.DialContext(ctx, "tcp", addr)
		results <- outcome{c, err}
	}
	go run(ctx, first)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	failed := 0
	for {
		select {
		case <-timer.C:
			fctx, cancel := context.WithCancel(ctx)
			defer cancel()
			go run(fctx, second)
		case r := <-results:
			if r.err == nil {
				return r.c, nil
			}
			if failed++; failed == 2 {
				return nil, r.err
			}
		}
	}
}
