package main

import "fmt"

type page struct {
	n      int
	closed bool
}

func open(n int) *page {
	fmt.Println("open", n)
	return &page{n: n}
}

func (p *page) Close() {
	p.closed = true
	fmt.Println("~ close", p.n)
}

func render(n int) {

	for i := range n {

		title := fmt.Sprint("page ", i)

		func() {
			p := open(i)

			defer p.Close()

			fmt.Println(title, p.closed)
		}()

	}

	fmt.Println("rendered")

}

func main() {
	render(2)
}
