package main

import "fmt"

type glyph struct {
	r      rune
	loaded bool
}

func load(r rune) (*glyph, error) {
	if r > 0x2fff {
		return nil, fmt.Errorf("no glyph for %q", r)
	}
	fmt.Printf("load %q\n", r)
	return &glyph{r, true}, nil
}

func (g *glyph) draw(at int) { fmt.Printf("draw %q at %d %t\n", g.r, at, g.loaded) }

func (g *glyph) Release() {
	g.loaded = false
	fmt.Printf("~ release %q\n", g.r)
}

func drawText(text string) error {
	for at, r := range text {
		g, err := load(r)
		if err != nil {
			return err
		}
		func() {
			defer g.Release()
			g.draw(at)
		}()
	}
	return nil
}

func main() {
	fmt.Println(drawText("aéz"))
	fmt.Println(drawText("a世b"))
}
