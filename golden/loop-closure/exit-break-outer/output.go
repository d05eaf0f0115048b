package main

import "fmt"

type cell struct {
	row, col int
	shut     bool
}

func enter(row, col int) *cell {
	fmt.Println("enter", row, col)
	return &cell{row: row, col: col}
}

func (c *cell) content() int { return c.row*10 + c.col }

func (c *cell) Close() {
	c.shut = true
	fmt.Println("~ leave", c.row, c.col)
}

func walk(rows, cols, wall, exit int) {
rows:
	for row := range rows {
		for col := range cols {
			stop, stopRows := func() (bool, bool) {
				c := enter(row, col)
				defer c.Close()
				if c.content() == wall {
					fmt.Println("wall")
					return true, false
				}
				if c.content() == exit {
					fmt.Println("exit found", c.shut)
					return false, true
				}
				fmt.Println("pass", row, col)
				return false, false
			}()
			if stop {
				break
			}
			if stopRows {
				break rows
			}
		}
		fmt.Println("end of row", row)
	}
	fmt.Println("walk ends")
}

func main() {
	walk(3, 3, 1, 11)
	walk(1, 2, 90, 91)
}
