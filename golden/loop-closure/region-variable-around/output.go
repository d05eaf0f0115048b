package main

import (
	"fmt"
	"strings"
)

type layer struct {
	name   string
	closed bool
}

func open(name string) *layer {
	fmt.Println("open", name)
	return &layer{name: name}
}

func (l *layer) text() string {
	return fmt.Sprint(l.name, "=", !l.closed)
}

func (l *layer) Close() {
	l.closed = true
	fmt.Println("~ close", l.name)
}

func flatten(groups ...string) string {
	var all []string
	for _, group := range groups {
		var texts []string
		count := 0
		for _, name := range strings.Fields(group) {
			func() {
				l := open(name)
				defer l.Close()
				texts = append(texts, l.text())
				count++
			}()
		}
		fmt.Println("group of", count)
		all = append(all, strings.Join(texts, ","))
	}
	return strings.Join(all, ";")
}

func main() {
	fmt.Println(flatten("a b", "", "c"))
}
