package main

import "fmt"

type thing struct{ n int }

func (t *thing) Close() { t.n += 100; fmt.Println("~ close", t.n) }
func (t thing) Show()   { fmt.Println("~ show", t.n) }

func work(t *thing) {
	defer t.Show()
	defer t.Close()
}

func main() {
	t := &thing{n: 1}
	work(t)
	fmt.Println(t.n)
}
