package main

import "fmt"

type photo struct {
	name   string
	pixels []int
	closed bool
}

func open(name string, pixels ...int) *photo {
	fmt.Println("open", name)
	return &photo{name: name, pixels: pixels}
}

func brightness(p *photo) int {
	sum := 0
	for _, v := range p.pixels {
		sum += v
	}
	fmt.Println("measure", p.name, p.closed)
	return sum
}

func (p *photo) Close() {
	p.closed = true
	fmt.Println("~ close", p.name)
}

func brightest(photos map[string][]int, names ...string) (string, int) {
	best, most := "", -1
	all := make(map[string]int)
	for _, name := range names {
		func() {
			p := open(name, photos[name]...)
			defer p.Close()
			b := brightness(p)
			all[name] = b
			if b > most {
				best, most = name, b
			}
		}()
	}
	fmt.Println(all)
	return best, most
}

func main() {
	fmt.Println(brightest(map[string][]int{"sea": {1, 2}, "sun": {9, 9}, "fog": {0}}, "sea", "sun", "fog"))
}
