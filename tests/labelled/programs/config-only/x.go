package configonly

import (
	"image/png"
	"log"
	"os"
)

func Sizes(names []string) (w, h int) {
	for _, n := range names {
		f, err := os.Open(n)
		if err != nil {
			log.Printf("%s: %v", n, err)
			continue
		}
		defer f.Close()
		cfg, err := png.DecodeConfig(f)
		if err != nil {
			log.Printf("%s: %v", n, err)
			continue
		}
		w, h = max(w, cfg.Width), max(h, cfg.Height)
	}
	return w, h
}
