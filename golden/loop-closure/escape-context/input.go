package main

import (
	"context"
	"fmt"
)

type request struct {
	ctx  context.Context
	path string
}

func (r *request) do() {
	if err := r.ctx.Err(); err != nil {
		fmt.Println("failed", r.path, err)
		return
	}
	fmt.Println("done", r.path)
}

func getAll(ctx context.Context, paths ...string) {
	var requests []*request
	for _, path := range paths {
		reqCtx, cancel := context.WithCancel(ctx)
		defer cancel()
		requests = append(requests, &request{reqCtx, path})
	}
	for _, r := range requests {
		r.do()
	}
}

func main() {
	getAll(context.Background(), "/a", "/b")
}
