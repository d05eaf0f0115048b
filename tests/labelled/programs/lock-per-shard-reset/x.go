package lockpershardreset

import "sync"

type shard struct {
	mu sync.Mutex
	m  map[string]int
}

type store struct{ shards []*shard }

func (s *store) Reset() {
	for _, sh := range s.shards {
		sh.mu.Lock()
		defer sh.mu.Unlock()
		sh.m = map[string]int{}
	}
}
