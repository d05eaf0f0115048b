package main

import "fmt"

type shard struct {
	index  int
	closed bool
}

func open(index int) *shard {
	fmt.Println("open", index)
	return &shard{index: index}
}

func (s *shard) Close() {
	s.closed = true
	fmt.Println("~ close", s.index)
}

func lookup(keys []int, n int) {
	shards := make([]*shard, n)
	for i := range shards {
		s := open(i)
		defer s.Close()
		shards[i] = s
	}
	for _, key := range keys {
		s := shards[key%n]
		fmt.Println("key", key, "in", s.index, s.closed)
	}
}

func main() {
	lookup([]int{4, 7, 9}, 2)
}
