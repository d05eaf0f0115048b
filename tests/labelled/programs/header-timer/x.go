package headertimer

import (
	"errors"
	"time"
)

func RoundTrip(wrote <-chan error, resp <-chan string, limit time.Duration) (string, error) {
	var expired <-chan time.Time
	for {
		select {
		case err := <-wrote:
			if err != nil {
				return "", err
			}
			if limit > 0 {
				timer := time.NewTimer(limit)
				defer timer.Stop()
				expired = timer.C
			}
		case <-expired:
			return "", errors.New("no header in time")
		case r := <-resp:
			return r, nil
		}
	}
}
