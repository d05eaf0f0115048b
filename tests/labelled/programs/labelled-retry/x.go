package labelledretry

import (
	"errors"
	"time"
)

type transport struct{ idle []string }

func (t *transport) closeIdle() { t.idle = nil }

func (t *transport) get(url string) error {
	if len(t.idle) > 2 {
		return errors.New("too many")
	}
	t.idle = append(t.idle, url)
	return nil
}

func Reuse(urls []string) time.Duration {
	limit := time.Millisecond
again:
	for {
		tr := &transport{}
		defer tr.closeIdle()
		for _, u := range urls {
			if tr.get(u) != nil && limit < time.Minute {
				limit *= 2
				continue again
			}
		}
		break
	}
	return limit
}
