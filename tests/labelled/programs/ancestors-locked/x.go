package ancestorslocked

import "sync"

type node struct {
	mu   sync.Mutex
	up   *node
	done bool
}

func (n *node) target() *node {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.done {
		return n
	}
	for p := n.up; p != nil; p = p.up {
		p.mu.Lock()
		defer p.mu.Unlock()
		if !p.done {
			return p
		}
	}
	return nil
}
