package main

import (
	"fmt"
	"sync"
)

var mu sync.Mutex

func find(words []string) int {
	mu.Lock()
	defer mu.Unlock()
	return func() int {
	words:
		for n, word := range words {
			for _, c := range word {
				switch n {
				case 0:
					return visit(0, c)
				case 1:
					return visit(1, c)
				case 2:
					return visit(2, c)
				case 3:
					return visit(3, c)
				case 4:
					return visit(4, c)
				case 5:
					return visit(5, c)
				case 6:
					return visit(6, c)
				case 7:
					return visit(7, c)
				case 8:
					return visit(8, c)
				case 9:
					return visit(9, c)
				case 10:
					return visit(10, c)
				case 11:
					return visit(11, c)
				case 12:
					return visit(12, c)
				case 13:
					return visit(13, c)
				case 14:
					return visit(14, c)
				default:
					continue words
				}
			}
		}
		return -1
	}()
}

func visit(n int, c rune) int {
	fmt.Println(n, string(c), mu.TryLock())
	return n
}

func main() {
	fmt.Println(find(nil), find([]string{"", "ab"}), find(make([]string, 20)), find([]string{"x"}))
	fmt.Println(mu.TryLock())
}
