package exchangefallback

import (
	"context"
	"errors"
	"net"
	"time"
)

type answer struct {
	data      []byte
	truncated bool
}

func ask(c net.Conn, q []byte) (answer, error) {
	if _, err := c.Write(q); err != nil {
		return answer{}, err
	}
	b := make([]byte, 512)
	n, err := c.Read(b)
	if err != nil {
		return answer{}, err
	}
	return answer{data: b[:n], truncated: n == len(b)}, nil
}

func Exchange(ctx context.Context, server string, q []byte, limit time.Duration) (answer, error) {
	for _, network := range []string{"udp", "tcp"} {
		ctx, cancel := context.WithDeadline(ctx, time.Now().Add(limit))
		defer cancel()
		var d net.Dialer
		c, err := d.DialContext(ctx, network, server)
		if err != nil {
			return answer{}, err
		}
		if t, ok := ctx.Deadline(); ok {
			c.SetDeadline(t)
		}
		a, err := ask(c, q)
		c.Close()
		if err != nil {
			return answer{}, err
		}
		if a.truncated && network == "udp" {
			continue
		}
		return a, nil
	}
	return answer{}, errors.New("no answer")
}
