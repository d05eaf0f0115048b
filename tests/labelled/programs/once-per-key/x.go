package onceperkey

import "sync"

type memo struct {
	m    sync.Map
	eval func(string) (bool, error)
}

func (c *memo) Get(k string) (bool, error) {
	for {
		ready := make(chan struct{})
		v, loaded := c.m.LoadOrStore(k, ready)
		if !loaded {
			defer close(ready)
			b, err := c.eval(k)
			if err != nil {
				c.m.Store(k, err)
				return false, err
			}
			c.m.Store(k, b)
			return b, nil
		}
		switch v := v.(type) {
		case bool:
			return v, nil
		case error:
			return false, v
		case chan struct{}:
			<-v
		}
	}
}
