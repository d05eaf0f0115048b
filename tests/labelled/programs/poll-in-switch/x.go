package pollinswitch

import (
	"io"
	"net/http"
	"strings"
	"time"
)

func lastTime(b []byte) time.Time {
	t, _ := time.Parse(time.RFC3339, strings.TrimSpace(string(b)))
	return t
}

func Await(kind, url string) error {
	switch kind {
	case "once":
		_, err := http.Head(url)
		return err
	case "rule":
		var last time.Time
		for {
			r, err := http.Get(url)
			if err != nil {
				return err
			}
			b, err := io.ReadAll(r.Body)
			defer r.Body.Close()
			if err != nil {
				return err
			}
			if now := lastTime(b); now.After(last) {
				if !last.IsZero() {
					break
				}
				last = now
			}
			time.Sleep(time.Millisecond)
		}
	default:
		panic("unknown kind")
	}
	return nil
}
