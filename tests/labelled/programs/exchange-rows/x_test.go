package exchangerows

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
)

type resolver struct {
	dial func(ctx context.Context, server string) (net.Conn, error)
}

func (r *resolver) exchange(ctx context.Context, server, q string) (int, error) {
	c, err := r.dial(ctx, server)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	if _, err := io.WriteString(c, q); err != nil {
		return 0, err
	}
	b := make([]byte, 1)
	_, err = c.Read(b)
	return int(b[0]), err
}

func TestExchange(t *testing.T) {
	r := resolver{dial: func(ctx context.Context, server string) (net.Conn, error) {
		return nil, errors.New("no network")
	}}
	for _, tt := range []struct {
		server string
		code   int
	}{{"a", 0}, {"b", 3}} {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		code, err := r.exchange(ctx, tt.server, "q")
		if err != nil {
			t.Log(err)
			continue
		}
		if code != tt.code {
			t.Errorf("got %d", code)
			continue
		}
	}
}
