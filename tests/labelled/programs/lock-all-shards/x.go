package lockallshards

import "sync"

type part struct {
	mu sync.RWMutex
	n  int
}

type counter struct{ parts []*part }

func (c *counter) Snapshot() int {
	for _, p := range c.parts {
		p.mu.RLock()
		defer p.mu.RUnlock()
	}
	sum := 0
	for _, p := range c.parts {
		sum += p.n
	}
	return sum
}
