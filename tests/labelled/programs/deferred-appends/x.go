package deferredappends

import (
	"fmt"
	"iter"
)

func each(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func Brackets(n int) (out []string) {
	for i := range each(n) {
		out = append(out, fmt.Sprint("(", i))
		defer func() {
			out = append(out, fmt.Sprint(i, ")"))
		}()
		if i == 7 {
			return
		}
	}
	return
}
