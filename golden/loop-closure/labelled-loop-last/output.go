package main

import "fmt"

type game struct {
	name string
	over bool
}

func start(name string) *game {
	fmt.Println("start", name)
	return &game{name: name}
}

func (g *game) move(n int) string {
	fmt.Println("move", g.name, n, g.over)
	return string(g.name[n%len(g.name)])
}

func (g *game) Close() {
	g.over = true
	fmt.Println("~ over", g.name)
}

func play(names ...string) int {
	for _, name := range names {
		if done, n := func() (bool, int) {
			g := start(name)
			defer g.Close()
		moves:
			for n := 0; ; n++ {
				switch g.move(n) {
				case "!":
					return true, n
				case ".":
					break moves
				}
			}
			return false, 0
		}(); done {
			return n
		}
	}
	return -1
}

func main() {
	fmt.Println(play("ab.", "."))
	fmt.Println(play("ab.", "a!", "."))
}
