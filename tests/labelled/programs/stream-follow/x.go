package streamfollow

import (
	"context"
	"io"
	"log"
	"time"
)

type source interface {
	Open(ctx context.Context, since time.Time) (io.ReadCloser, error)
	Running(ctx context.Context) (bool, error)
}

func Follow(ctx context.Context, s source, dst io.Writer) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		since := time.Time{}
		for {
			rc, err := s.Open(ctx, since)
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				log.Print("follow ended: ", err)
				return
			}
			defer rc.Close()
			if _, err := io.Copy(dst, rc); err != nil && err != io.EOF {
				return
			}
			since = time.Now()
			if up, err := s.Running(ctx); err != nil || !up {
				return
			}
		}
	}()
	return done
}
