package main

import "fmt"

func sum(a []int, n int) (total int, calls []func() int) {
	for i := 0; i < n; i++ {
		if i == 2 {
			continue
		}
		calls = append(calls, func() int { return i })
		total += i
	}
	for i := 0; i < len(a); i++ {
		total += a[i]
		a[i] = 0
	}
	for i := 0; i < n; i++ {
		n--
		total++
	}
	return total, calls
}

func main() {
	for _, n := range []int{-1, 0, 1, 5} {
		total, calls := sum([]int{1, 2, 3}, n)
		fmt.Println(n, total, len(calls))
		for _, call := range calls {
			fmt.Print(call(), " ")
		}
		fmt.Println()
	}
}
