package main

import "fmt"

type page struct {
	number int
	freed  bool
}

func (p *page) scan() { fmt.Println("scan", p.number, p.freed) }

func (p *page) Close() {
	p.freed = true
	fmt.Println("~ free", p.number)
}

type cursor struct {
	at, end int
}

func (c *cursor) next() (*page, bool) {
	if c.at == c.end {
		return nil, false
	}
	c.at++
	fmt.Println("page", c.at)
	return &page{number: c.at}, true
}

func scanAll(c *cursor) int {
	scanned := 0
	for {
		p, ok := c.next()
		if !ok {
			return scanned
		}
		func() {
			defer p.Close()
			p.scan()
			scanned++
		}()
	}
}

func main() {
	fmt.Println(scanAll(&cursor{end: 3}))
	fmt.Println(scanAll(&cursor{}))
}
