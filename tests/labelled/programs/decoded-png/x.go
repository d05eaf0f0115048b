package decodedpng

import (
	"image"
	"image/png"
	"os"
)

func Load(names []string) (images []image.Image, err error) {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		img, err := png.Decode(f)
		if err != nil {
			return nil, err
		}
		images = append(images, img)
	}
	return images, nil
}
