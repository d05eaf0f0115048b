package main

import "fmt"

type pixel struct {
	x, y int
	off  bool
}

func at(x, y int) *pixel {
	fmt.Println("at", x, y)
	return &pixel{x: x, y: y}
}

func (p *pixel) set(v int) { fmt.Println("set", p.x, p.y, v, p.off) }

func (p *pixel) Close() {
	p.off = true
	fmt.Println("~ done", p.x, p.y)
}

func diagonal(n int) {
	for i := range n {
		func() {
			p := at(i, n-i)            // from the lower left
			defer p.Close()            // released per pixel
			bright := i * 10           // brighter
			darker, darkest := i-1, -1 // and darker
			if i == 0 {
				return // the corner stays as it is
			}
			p.set(bright) // once
			p.set(darker) // and again
			p.set(darkest)
		}()
	}
}

func main() {
	diagonal(2)
}
