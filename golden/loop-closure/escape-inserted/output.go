package main

import (
	"fmt"
	"slices"
)

type track struct {
	title  string
	closed bool
}

func load(title string) *track {
	fmt.Println("load", title)
	return &track{title: title}
}

func (t *track) play() { fmt.Println("play", t.title, t.closed) }

func (t *track) Close() {
	t.closed = true
	fmt.Println("~ close", t.title)
}

func playBackwards(titles ...string) {
	var tracks []*track
	for _, title := range titles {
		func() {
			t := load(title)
			defer t.Close()
			tracks = slices.Insert(tracks, 0, t)
		}()
	}
	for _, t := range tracks {
		t.play()
	}
}

func main() {
	playBackwards("intro", "song")
}
