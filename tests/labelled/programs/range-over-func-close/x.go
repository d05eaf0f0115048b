package rangeoverfuncclose

import (
	"iter"
	"os"
)

func pairs(names []string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		for i, n := range names {
			if !yield(i, n) {
				return
			}
		}
	}
}

func TotalSize(names []string) (int64, error) {
	var total int64
	for _, n := range pairs(names) {
		f, err := os.Open(n)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		st, err := f.Stat()
		if err != nil {
			return 0, err
		}
		total += st.Size()
	}
	return total, nil
}
