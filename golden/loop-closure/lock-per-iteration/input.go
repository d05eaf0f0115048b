package main

import (
	"fmt"
	"sync"
)

type shard struct {
	mu    sync.Mutex
	index int
	hits  int
}

func (s *shard) locked() bool {
	if s.mu.TryLock() {
		s.mu.Unlock()
		return false
	}
	return true
}

func reset(shards []*shard) {
	for _, s := range shards {
		s.mu.Lock()
		defer s.mu.Unlock()
		fmt.Println("reset", s.index, s.hits, s.locked())
		s.hits = 0
	}
}

func main() {
	shards := []*shard{{index: 1, hits: 4}, {index: 2}}
	reset(shards)
	for _, s := range shards {
		fmt.Println("after", s.index, s.hits, s.locked())
	}
}
