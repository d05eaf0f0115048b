package lastupdate

import (
	"context"
	"log"
	"time"
)

func Progress(ctx context.Context, update func(context.Context) error, done chan<- struct{}) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if err := update(ctx); err != nil {
				log.Print(err)
			}
		case <-ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			update(ctx)
			close(done)
			return
		}
	}
}
