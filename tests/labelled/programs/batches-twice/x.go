package batchestwice

type batch struct{ vals []int }

func (b *batch) close(keep *[][]int) {
	*keep = append(*keep, b.vals[:0])
	b.vals = nil
}

func Commit(batches []*batch, free *[][]int) (sum int) {
	n := 0
	for _, b := range batches {
		n += len(b.vals)
		defer b.close(free)
	}
	if n == 0 {
		return 0
	}
	for _, b := range batches {
		for _, v := range b.vals {
			sum += v
		}
	}
	return sum
}
