package deadlinewrites

import (
	"testing"
	"time"
)

func TestDeadlines(t *testing.T) {
	fails := 0
	for range 100 {
		tick := time.NewTimer(time.Nanosecond)
		deadline := time.NewTimer(10 * time.Second)
		defer deadline.Stop()
		start := time.Now()
		select {
		case <-tick.C:
			if time.Since(start) > 8*time.Second {
				fails++
			}
		case <-deadline.C:
			t.Error("expired")
		}
	}
	if fails > 0 {
		t.Errorf("%d failures", fails)
	}
}
