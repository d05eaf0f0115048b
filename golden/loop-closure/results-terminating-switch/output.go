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
		if done, text := func() (bool, string) {
			c := draw(face)
			defer c.Close()
			switch face {
			case "joker":
				return true, "lost"
			case "ace":
				fmt.Println("keep going", c.back)
				return false, ""
			default:
				if len(face) > 4 {
					return true, "won with " + face
				}
				return false, ""
			}
		}(); done {
			return text
		}
	}
	return "draw"
}

func main() {
	fmt.Println(play("two", "ace"))
	fmt.Println(play("ace", "queen", "joker"))
	fmt.Println(play("two", "joker", "queen"))
}
