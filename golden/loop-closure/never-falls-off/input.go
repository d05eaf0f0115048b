package main

import "fmt"

type card struct{ face string }

func draw(face string) *card {
	fmt.Println("draw", face)
	return &card{face}
}

func (c *card) Close() { fmt.Println("~ discard", c.face) }

func play(faces ...string) string {
	for _, face := range faces {
		if face != "blank" {
			c := draw(face)
			defer c.Close()
			switch c.face {
			case "joker":
				return "lost"
			case "ace":
				fmt.Println("keep going")
				continue
			default:
				if len(c.face) > 4 {
					return "won with " + c.face
				}
				continue
			}
		}
		fmt.Println("a blank")
	}
	return "draw"
}

func show(faces ...string) {
	for _, face := range faces {
		if face != "blank" {
			c := draw(face)
			defer c.Close()
			if c.face == "joker" {
				continue
			}
			fmt.Println("show", c.face)
			// one at a time
			continue
		}
		fmt.Println("a blank")
	}
	fmt.Println("shown")
}

func main() {
	fmt.Println(play("ace", "blank", "queen", "joker"))
	fmt.Println(play("two", "ace", "joker"))
	fmt.Println(play("two", "blank"))
	show("joker", "blank", "two", "four")
}
