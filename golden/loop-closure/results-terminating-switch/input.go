package main

import "fmt"

type card struct {
	face string
	back bool
}

func draw(face string) *card {
	fmt.Println("draw", face)
	return &card{face: face}
}

func (c *card) Close() {
	c.back = true
	fmt.Println("~ discard", c.face)
}

func play(faces ...string) string {
	for _, face := range faces {
		c := draw(face)
		defer c.Close()
		switch face {
		case "joker":
			return "lost"
		case "ace":
			fmt.Println("keep going", c.back)
			continue
		default:
			if len(face) > 4 {
				return "won with " + face
			}
			continue
		}
	}
	return "draw"
}

func main() {
	fmt.Println(play("two", "ace"))
	fmt.Println(play("ace", "queen", "joker"))
	fmt.Println(play("two", "joker", "queen"))
}
