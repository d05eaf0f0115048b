package main

import "fmt"

type dial struct {
	at     int
	locked bool
}

func open(at int) *dial {
	fmt.Println("open", at)
	return &dial{at: at}
}

func (d *dial) turn() int {
	d.at += 3
	fmt.Println("turn to", d.at, d.locked)
	return d.at
}

func (d *dial) Close() {
	d.locked = true
	fmt.Println("~ lock", d.at)
}

func crack(code int, starts ...int) int {
	for _, start := range starts {
		if done := func() bool {
			d := open(start)
			defer d.Close()
			for {
				n := d.turn()
				if n == code {
					return true
				}
				if n > code {
					return false
				}
			}
		}(); done {
			return start
		}
	}
	return -1
}

func main() {
	fmt.Println(crack(8, 1, 2, 3))
	fmt.Println(crack(8, 1, 3))
}
