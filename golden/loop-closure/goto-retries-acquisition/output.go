package main

import "fmt"

type line struct {
	name  string
	tries int
	down  bool
}

func open(name string, tries int) *line {
	fmt.Println("open", name, tries)
	return &line{name: name, tries: tries}
}

func (l *line) clear() bool {
	fmt.Println("listen", l.name, l.tries, l.down)
	return l.tries >= len(l.name)
}

func (l *line) Close() {
	l.down = true
	fmt.Println("~ close", l.name, l.tries)
}

func listen(names ...string) {
	for _, name := range names {
		func() {
			tries := 0
		again:
			tries++
			l := open(name, tries)
			defer l.Close()
			if !l.clear() {
				goto again
			}
			fmt.Println("heard", name)
		}()
	}
}

func main() {
	listen("a", "bc")
}
