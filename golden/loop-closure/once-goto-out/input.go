package main

import "fmt"

type lock struct{ slot int }

func (l *lock) Close() { fmt.Println("~ free slot", l.slot) }

func claim(free []bool) int {
	slot := -1
	for i, ok := range free {
		if ok {
			l := &lock{i}
			defer l.Close()
			slot = i
			goto claimed
		}
	}
	fmt.Println("nothing free")
	return slot

claimed:
	fmt.Println("claimed", slot)
	return slot
}

func main() {
	fmt.Println(claim([]bool{false, true, true}))
	fmt.Println(claim([]bool{false}))
}
