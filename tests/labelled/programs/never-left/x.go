package neverleft

import (
	"net"
	"sync"
)

type table struct {
	mu   sync.Mutex
	live map[string]net.Conn
}

func (t *table) drop(a string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.live, a)
}

func (t *table) Accept(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			continue
		}
		a := c.RemoteAddr().String()
		t.mu.Lock()
		t.live[a] = c
		t.mu.Unlock()
		defer t.drop(a)
	}
}
