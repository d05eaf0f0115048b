package main

import (
	"context"
	"fmt"
)

type body struct {
	ctx  context.Context
	text string
}

func (b *body) read() (string, error) { return b.text, b.ctx.Err() }

type response struct{ body *body }

func get(ctx context.Context, path string) *response {
	fmt.Println("get", path)
	return &response{&body{ctx, "text of " + path}}
}

func newest(paths ...string) (string, error) {
	var last *body
	for _, path := range paths {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		resp := get(ctx, path)
		last = resp.body
	}
	return last.read()
}

func main() {
	fmt.Println(newest("/1", "/2"))
}
