package main

import "fmt"

type gear struct {
	n    int
	idle bool
}

func shift(n int) *gear { fmt.Println("shift", n); return &gear{n: n} }

func (g *gear) Close() { g.idle = true; fmt.Println("~ neutral", g.n) }

func drive(n int) {
	for i := 1; i <= n; i++ {
		func() {
			g := shift(i); defer g.Close(); speed := i * 10
			if speed > 20 { return }; fmt.Println("speed", speed, g.idle)
		}()
	}
}

func main() {
	drive(3)
}
