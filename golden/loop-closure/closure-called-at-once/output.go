package main

import (
	"fmt"
	"slices"
	"strings"
)

type dictionary struct {
	lang   string
	order  string
	closed bool
}

func open(lang, order string) *dictionary {
	fmt.Println("open", lang)
	return &dictionary{lang: lang, order: order}
}

func (d *dictionary) rank(c rune) int {
	if d.closed {
		return 0
	}
	return strings.IndexRune(d.order, c)
}

func (d *dictionary) Close() {
	d.closed = true
	fmt.Println("~ close", d.lang)
}

func sortIn(text string, langs map[string]string, order ...string) {
	for _, lang := range order {
		func() {
			d := open(lang, langs[lang])
			defer d.Close()
			runes := []rune(text)
			slices.SortFunc(runes, func(a, b rune) int { return d.rank(a) - d.rank(b) })
			func() {
				fmt.Println("sorted", d.lang, string(runes), d.closed)
			}()
			same := strings.Map(func(r rune) rune {
				if d.rank(r) < 0 {
					return -1
				}
				return r
			}, text)
			fmt.Println("known", same)
		}()
	}
}

func main() {
	sortIn("cabz", map[string]string{"up": "abc", "down": "cba"}, "up", "down")
}
