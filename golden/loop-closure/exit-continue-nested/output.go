package main

import "fmt"

type table struct {
	name string
	rows []int
	open bool
}

func open(name string, rows []int) *table {
	fmt.Println("open", name)
	return &table{name, rows, true}
}

func (t *table) row(n int) { fmt.Println("row", t.name, n, t.open) }

func (t *table) Close() {
	t.open = false
	fmt.Println("~ close", t.name)
}

func dump(names []string, rows ...[]int) {
	for i, name := range names {
		func() {
			t := open(name, rows[i])
			defer t.Close()
			for _, n := range t.rows {
				if n%2 == 0 {
					continue
				}
				t.row(n)
			}
			switch len(t.rows) {
			case 0:
				return
			case 1:
				fmt.Println("one row")
			}
			fmt.Println("end of", name)
		}()
	}
}

func main() {
	dump([]string{"a", "b", "c"}, []int{1, 2, 3}, nil, []int{5})
}
