package main

import "fmt"

type parser struct {
	word   string
	closed bool
}

func newParser(word string) *parser {
	fmt.Println("parse", word)
	return &parser{word: word}
}

func (p *parser) accept(r rune) bool {
	fmt.Printf("rune %c %t\n", r, p.closed)
	return r != '#'
}

func (p *parser) Close() {
	p.closed = true
	fmt.Println("~ close", p.word)
}

func parseAll(words []string) {
	for _, word := range words {
		func() {
			p := newParser(word)
			defer p.Close()
			for _, r := range word {
				if !p.accept(r) {
					fmt.Println("give up", word)
					return
				}
			}
			fmt.Println("parsed", word)
		}()
	}
}

func main() {
	parseAll([]string{"ab", "c#d", "e"})
}
