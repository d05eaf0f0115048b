package canceldiscardedcontext

import "context"

type pool struct{ active map[int]string }

type manager struct{ pools map[string]*pool }

func (m *manager) Reload(jobs map[string][]string) {
	m.pools = map[string]*pool{}
	for name, targets := range jobs {
		_, cancel := context.WithCancel(context.Background())
		defer cancel()
		p := &pool{active: map[int]string{}}
		for i, t := range targets {
			p.active[i] = t
		}
		m.pools[name] = p
	}
}
