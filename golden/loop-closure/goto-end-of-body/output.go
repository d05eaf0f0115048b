package main

import "fmt"

type item struct {
	n    int
	done bool
}

func take(n int) *item {
	fmt.Println("take", n)
	return &item{n: n}
}

func (i *item) Close() {
	i.done = true
	fmt.Println("~ put back", i.n)
}

func check(rows, columns int) {
	for row := range rows {
		func() {
			it := take(row)
			defer it.Close()
			for column := range columns {
				if row == column+1 {
					fmt.Println("skip the rest of", row)
					return
				}
				fmt.Println("cell", row, column, it.done)
			}
			fmt.Println("row", row)
		}()
	}
}

func main() {
	check(3, 2)
}
