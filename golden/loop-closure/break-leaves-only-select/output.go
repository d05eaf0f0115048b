package main

import "fmt"

type probe struct {
	n    int
	open bool
}

func newProbe(n int) *probe {
	fmt.Println("probe", n)
	return &probe{n, true}
}

func (p *probe) measure() { fmt.Println("measure", p.n, p.open) }

func (p *probe) Close() {
	p.open = false
	fmt.Println("~ close", p.n)
}

func watch(ticks <-chan int, rounds int) {
	for i := 0; i < rounds; i++ {
		select {
		case n := <-ticks:
			func() {
				p := newProbe(n)
				defer p.Close()
				p.measure()
			}()
			break
		default:
			fmt.Println("idle")
		}
	}
	fmt.Println("stopped")
}

func main() {
	ticks := make(chan int, 2)
	ticks <- 1
	ticks <- 2
	watch(ticks, 3)
}
