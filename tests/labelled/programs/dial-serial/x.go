package dialserial

import (
	"context"
	"errors"
	"net"
	"time"
)

func share(now, deadline time.Time, left int) (time.Time, error) {
	if !now.Before(deadline) {
		return time.Time{}, errors.New("out of time")
	}
	return now.Add(deadline.Sub(now) / time.Duration(left)), nil
}

func DialFirst(ctx context.Context, addrs []string) (net.Conn, error) {
	var first error
	for i, a := range addrs {
		dctx := ctx
		if deadline, ok := ctx.Deadline(); ok {
			until, err := share(time.Now(), deadline, len(addrs)-i)
			if err != nil {
				first = errors.Join(first, err)
				break
			}
			if until.Before(deadline) {
				var cancel context.CancelFunc
				dctx, cancel = context.WithDeadline(ctx, until)
				defer cancel()
			}
		}
		var d net.Dialer
		c, err := d.DialContext(dctx, "tcp", a)
		if err == nil {
			return c, nil
		}
		if first == nil {
			first = err
		}
	}
	if first == nil {
		first = errors.New("no address")
	}
	return nil, first
}
