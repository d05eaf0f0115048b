package main

import "fmt"

type wand struct {
	charge int
	away   bool
}

func raise(charge int) *wand {
	fmt.Println("raise", charge)
	return &wand{charge: charge}
}

func (w *wand) Close() {
	w.away = true
	fmt.Println("~ put away", w.charge)
}

func cast(charges []int) {
	for i, charge := range charges {
		{
			func() {
				w := raise(charge)
				defer w.Close()
				fmt.Println("cast", w.charge, w.away)
			}()
		}
		fmt.Println("cast number", i)
	}
}

func main() {
	cast([]int{3, 5})
}
