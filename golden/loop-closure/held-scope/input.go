package main

import (
	"fmt"
	"strings"
)

type parser struct {
	depth int
}

func (p *parser) openScope()  { p.depth++ }
func (p *parser) closeScope() { p.depth-- }

func (p *parser) print(name string) { fmt.Println(strings.Repeat(".", p.depth) + name) }

func (p *parser) qualified(name string) {
	for _, part := range strings.Split(name, ".") {
		p.openScope()
		defer p.closeScope()
		p.print(part)
	}
}

func main() {
	p := new(parser)
	p.qualified("a.b.c")
	p.print("top")
}
