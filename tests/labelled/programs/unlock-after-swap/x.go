package unlockafterswap

import (
	"sync"
	"sync/atomic"
)

type gate struct {
	state atomic.Int64
	mu    sync.Mutex
	cond  *sync.Cond
}

func (g *gate) leave() {
	for {
		x := g.state.Load()
		if x < 2 {
			panic("left too often")
		}
		if g.state.CompareAndSwap(x, x-2) {
			if x-2 == 1 {
				g.mu.Lock()
				defer g.mu.Unlock()
				g.cond.Broadcast()
			}
			return
		}
	}
}
