package lazyscratch

import "sort"

type cache struct{ spare [][]int }

func (c *cache) alloc(n int) []int {
	if k := len(c.spare); k > 0 {
		s := c.spare[k-1]
		c.spare = c.spare[:k-1]
		return s[:0]
	}
	return make([]int, 0, n)
}

func (c *cache) free(s []int) { c.spare = append(c.spare, s) }

func Order(c *cache, rows [][]int) {
	var tmp []int
	for _, r := range rows {
		if len(r) < 2 {
			continue
		}
		if tmp == nil {
			tmp = c.alloc(64)
			defer c.free(tmp)
		}
		tmp = append(tmp[:0], r...)
		sort.Ints(tmp)
		copy(r, tmp)
	}
}
