package sweeptimer

import (
	"context"
	"errors"
	"log"
	"time"
)

type item struct {
	name string
	err  error
}

func walk(ctx context.Context, names []string, out chan<- item) error {
	if len(names) == 0 {
		return errors.New("nothing to walk")
	}
	go func() {
		defer close(out)
		for _, n := range names {
			select {
			case out <- item{name: n}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return nil
}

func Sweep(root context.Context, every time.Duration, list func() []string, drop func(string)) {
	t := time.NewTimer(every)
	defer t.Stop()
	for {
		select {
		case <-root.Done():
			return
		case <-t.C:
			items := make(chan item, 16)
			ctx, cancel := context.WithCancel(root)
			defer cancel()
			if err := walk(ctx, list(), items); err != nil {
				log.Print(err)
				t.Reset(every)
				continue
			}
			for it := range items {
				if it.err == nil {
					drop(it.name)
				}
			}
			t.Reset(every)
		}
	}
}
