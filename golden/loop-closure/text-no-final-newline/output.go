package main

import "fmt"

type lamp struct {
	n  int
	on bool
}

func light(n int) *lamp {
	fmt.Println("on", n)
	return &lamp{n, true}
}

func (l *lamp) Close() {
	l.on = false
	fmt.Println("~ off", l.n)
}

func main() {
	for n := range 3 {
		func() {
			l := light(n)
			defer l.Close()
			if n == 1 {
				return
			}
			fmt.Println("shine", l.n, l.on)
		}()
	}
}