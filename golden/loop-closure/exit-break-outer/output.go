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
			if exit := func() int {
				c := enter(row, col)
				defer c.Close()
				if c.content() == wall {
					fmt.Println("wall")
					return 2
				}
				if c.content() == exit {
					fmt.Println("exit found", c.shut)
					return 3
				}
				fmt.Println("pass", row, col)
				return 0
			}(); exit == 1 {
				return
			} else if exit == 2 {
				break
			} else if exit == 3 {
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
