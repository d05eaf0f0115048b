package pinguntilup

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"time"
)

func WaitUp(client *http.Client, req *http.Request, died <-chan error, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return fmt.Errorf("never up: %w", ctx.Err())
		case err := <-died:
			return fmt.Errorf("died: %w", err)
		default:
			pctx, pcancel := context.WithTimeout(context.Background(), time.Second)
			defer pcancel()
			resp, err := client.Do(req.WithContext(pctx))
			if err != nil {
				log.Printf("ping %d: %v", i, err)
				time.Sleep(10 * time.Millisecond)
				continue
			}
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				log.Print("status ", resp.Status)
			}
			return nil
		}
	}
}
