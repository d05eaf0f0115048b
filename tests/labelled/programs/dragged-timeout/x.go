package draggedtimeout

import (
	"context"
	"fmt"
	"time"
)

type api interface {
	Run(ctx context.Context, name string) (id string, code int, err error)
	Remove(ctx context.Context, id string, force bool) error
}

func PingAll(ctx context.Context, c api, names []string) error {
	for _, n := range names {
		rctx, cancel := context.WithTimeout(ctx, 15*time.Second)
		defer cancel()
		id, code, err := c.Run(rctx, n+"-pinger")
		if err != nil {
			return err
		}
		defer c.Remove(ctx, id, true)
		if code != 0 {
			return fmt.Errorf("%s exited with %d", n, code)
		}
	}
	return nil
}
