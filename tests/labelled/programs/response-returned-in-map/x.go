package responsereturnedinmap

import (
	"context"
	"io"
	"net/http"
	"time"
)

func Bodies(ctx context.Context, urls []string, limit time.Duration) (map[string]string, error) {
	open := map[string]*http.Response{}
	for _, u := range urls {
		rctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		req, err := http.NewRequestWithContext(rctx, http.MethodGet, u, nil)
		if err != nil {
			return nil, err
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return nil, err
		}
		open[u] = resp
	}
	out := map[string]string{}
	for u, resp := range open {
		b, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			return nil, err
		}
		out[u] = string(b)
	}
	return out, nil
}
