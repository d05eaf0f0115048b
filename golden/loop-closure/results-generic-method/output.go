package main

import "fmt"

type shard[K comparable, V any] struct {
	index int
	data  map[K]V
}

type view[K comparable, V any] struct {
	of     *shard[K, V]
	closed bool
}

func (s *shard[K, V]) snapshot() *view[K, V] {
	fmt.Println("snapshot", s.index)
	return &view[K, V]{of: s}
}

func (v *view[K, V]) Close() {
	v.closed = true
	fmt.Println("~ drop snapshot", v.of.index)
}

type table[K comparable, V any] struct {
	shards []*shard[K, V]
}

func (t *table[K, V]) get(key K, otherwise V) (V, error) {
	for i := range t.shards {
		if done, value, err := func() (bool, V, error) {
			v := t.shards[i].snapshot()
			defer v.Close()
			if len(v.of.data) == 0 {
				return true, otherwise, fmt.Errorf("shard %d is empty", i)
			}
			if value, ok := v.of.data[key]; ok {
				fmt.Println("found in", i, v.closed)
				return true, value, nil
			}
			return false, otherwise, nil
		}(); done {
			return value, err
		}
	}
	return otherwise, nil
}

func main() {
	t := &table[string, int]{[]*shard[string, int]{
		{0, map[string]int{"a": 1}},
		{1, map[string]int{"b": 2}},
		{2, nil},
	}}
	fmt.Println(t.get("b", 7))
	fmt.Println(t.get("a", 7))
	fmt.Println(t.get("z", 7))
	t.shards = t.shards[:1]
	fmt.Println(t.get("z", 7))
}
