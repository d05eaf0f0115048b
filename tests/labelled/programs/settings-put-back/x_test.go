package settingsputback

import (
	"testing"
	"time"
)

type server struct{ delay time.Duration }

func (s *server) setDelay(d time.Duration) { s.delay = d }

func TestSlowServers(t *testing.T) {
	servers := []*server{{}, {}, {}}
	for i := range servers[:2] {
		servers[i].setDelay(time.Second)
		defer servers[i].setDelay(0)
	}
	slow := 0
	for _, s := range servers {
		if s.delay > 0 {
			slow++
		}
	}
	if slow != 2 {
		t.Error(slow)
	}
}
