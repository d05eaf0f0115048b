package lockgroups

import (
	"strings"
	"sync"
)

type group struct {
	mu   sync.Mutex
	keys []string
}

func (g *group) lockKeys(keys []string) func() {
	g.mu.Lock()
	g.keys = keys
	return func() { g.mu.Unlock() }
}

func Gather(groups map[string]*group, keys []string) string {
	var used []*group
	for name, g := range groups {
		if name == "" {
			continue
		}
		unlock := g.lockKeys(keys)
		defer unlock()
		used = append(used, g)
	}
	s := ""
	for _, g := range used {
		s += strings.Join(g.keys, ",")
	}
	return s
}
