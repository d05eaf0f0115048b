package main

import "fmt"

type bell struct {
	n    int
	mute bool
}

func ring(n int) *bell {
	fmt.Println("ring", n)
	return &bell{n: n}
}

func (b *bell) Close() { b.mute = true; fmt.Println("~ mute", b.n) }

func chime(n int) {
	for i := range n {
		func() {
			b := ring(i)
			defer b.Close()
			fmt.Println("hear", b.n, b.mute)
		}()
	}
	fmt.Println("silence")
}

func main() {
	chime(2)
}
